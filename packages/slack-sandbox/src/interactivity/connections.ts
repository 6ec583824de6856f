import type { JsonObject } from 'sandbox-kit/json';
import type { WebSocket } from 'ws';

/** The app's open connections, in the order in which they get payloads. */
export interface Connections {
  readonly all: () => readonly WebSocket[];
  /** Number of connections that work in both directions. */
  readonly alive: () => number;
  readonly add: (connection: WebSocket) => void;
  /** False if it was not among them. */
  readonly remove: (connection: WebSocket) => boolean;
  /** The connection for the next payload; one that will be closed only if there is no other. */
  readonly next: () => WebSocket | undefined;
  /** It will be closed: it gets nothing new, but may still acknowledge. */
  readonly markClosing: (connection: WebSocket) => void;
  /** From now on nothing passes through it, in either direction. */
  readonly silence: (connection: WebSocket) => void;
  readonly isSilent: (connection: WebSocket) => boolean;
  readonly tell: (connection: WebSocket, message: JsonObject) => void;
}

export const createConnections = (): Connections => {
  let open: WebSocket[] = [];
  const closing = new WeakSet<WebSocket>();
  const silent = new WeakSet<WebSocket>();
  const without = (connection: WebSocket): WebSocket[] => open.filter((other) => other !== connection);
  return {
    all: () => [...open],
    alive: () => open.filter((connection) => !silent.has(connection)).length,
    add: (connection) => {
      open = [connection, ...open];
    },
    remove: (connection) => {
      const known = open.includes(connection);
      open = without(connection);
      return known;
    },
    next: () => {
      const chosen = open.find((connection) => !closing.has(connection)) ?? open[0];
      if (chosen !== undefined) open = [...without(chosen), chosen];
      return chosen;
    },
    markClosing: (connection) => closing.add(connection),
    silence: (connection) => {
      silent.add(connection);
      connection.pause();
    },
    isSilent: (connection) => silent.has(connection),
    tell: (connection, message) => {
      if (!silent.has(connection)) connection.send(JSON.stringify(message));
    },
  };
};

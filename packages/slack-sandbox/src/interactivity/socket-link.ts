import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultBox } from '../faults/faults.ts';
import type { JsonObject } from '../json.ts';
import type { Traffic } from '../traffic.ts';
import { ids, newSecret } from '../workspace/ids.ts';
import { createEnvelopes, type Delivery, type EnvelopeType } from './envelopes.ts';

/** The workspace's end of Socket Mode. */
export interface SocketLink {
  /** A one-time ticket for apps.connections.open; it opens one connection within 30 s. */
  readonly issueTicket: () => string;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, ticket: string) => void;
  readonly connections: () => number;
  /**
   * Sends a payload to one of the connections. Where the app drops that connection before it acknowledged, an
   * event goes to another, or waits up to a minute for the app to come back (`retry_attempt` counts); a click,
   * a command or a submission is gone, and the person who waits is told so.
   */
  readonly deliver: (type: EnvelopeType, payload: JsonObject) => Promise<Delivery>;
  /** Tells connections that Slack will close them, as it does every few hours. */
  readonly refresh: (which: 'one' | 'all') => void;
  /** Cuts every connection without a word. */
  readonly drop: () => void;
  /** Tells every connection that Socket Mode was turned off, and closes it. */
  readonly disable: () => void;
  readonly close: () => void;
}

const ticketLifetimeMs = 30_000;
const pingMs = 10_000;
const refreshGraceMs = 10_000;
const closeGraceMs = 200;
const maxConnections = 10;

export const createSocketLink = (deps: {
  readonly faults: FaultBox;
  readonly traffic: Traffic;
  readonly onConnectionsChanged: () => void;
}): SocketLink => {
  const { faults, traffic } = deps;
  const server = new WebSocketServer({ noServer: true });
  const tickets = createTickets();
  /** Connections in the order in which they will get the next payload. */
  let open: WebSocket[] = [];
  /** Told that they will be closed: they get nothing new, but may still acknowledge what they have. */
  const closing = new WeakSet<WebSocket>();
  const next = (): WebSocket | undefined => {
    const chosen = open.find((connection) => !closing.has(connection)) ?? open[0];
    if (chosen !== undefined) open = [...open.filter((other) => other !== chosen), chosen];
    return chosen;
  };
  const envelopes = createEnvelopes(next, traffic);
  const changed = (name: 'opened' | 'closed'): void => {
    const outcome = `${open.length} open`;
    traffic.record({ direction: 'out', kind: 'connection', name, outcome, detail: {} });
    deps.onConnectionsChanged();
  };

  const lost = (connection: WebSocket): void => {
    if (!open.includes(connection)) return;
    open = open.filter((other) => other !== connection);
    envelopes.connectionLost(connection);
    changed('closed');
  };

  const accept = (connection: WebSocket): void => {
    if (open.length >= maxConnections) {
      disconnect(connection, 'too_many_websockets');
      connection.close();
      return;
    }
    open = [connection, ...open];
    connection.on('message', (data) => envelopes.acknowledge(String(data)));
    connection.on('close', () => lost(connection));
    connection.on('error', () => connection.terminate());
    keepAlive(connection);
    tell(connection, {
      type: 'hello',
      num_connections: open.length,
      connection_info: { app_id: ids.app },
      debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
    });
    envelopes.redeliver();
    changed('opened');
  };

  return {
    issueTicket: tickets.issue,
    upgrade: (request, socket, head, ticket) => {
      const good = tickets.take(ticket);
      const { fate } = faults.fateOf('link');
      if (fate !== null && fate.kind !== 'status') {
        socket.destroy();
        return;
      }
      if (fate !== null || !good) {
        socket.end(`HTTP/1.1 ${fate?.status ?? 404} Refused\r\nConnection: close\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    connections: () => open.length,
    deliver: (type, payload) => {
      if (open.length === 0 && type !== 'events_api')
        return Promise.resolve({ outcome: 'not_connected', ms: 0 });
      return envelopes.send(type, payload, open.length > 0 && faults.takeDuplicate() ? 2 : 1);
    },
    refresh: (which) => {
      for (const connection of which === 'all' ? [...open] : open.slice(-1)) {
        disconnect(connection, 'refresh_requested');
        endLater(connection, refreshGraceMs);
        closing.add(connection);
      }
    },
    drop: () => {
      for (const connection of open) connection.terminate();
    },
    disable: () => {
      for (const connection of open) {
        disconnect(connection, 'link_disabled');
        connection.close();
      }
    },
    close: () => {
      for (const connection of open) {
        connection.close(1001, 'the sandbox stops');
        endLater(connection, closeGraceMs);
      }
      server.close();
    },
  };
};

/** Tickets of apps.connections.open, each good for one connection within 30 s. */
const createTickets = (): { issue: () => string; take: (ticket: string) => boolean } => {
  const until = new Map<string, number>();
  return {
    issue: () => {
      const ticket = newSecret();
      until.set(ticket, performance.now() + ticketLifetimeMs);
      return ticket;
    },
    take: (ticket) => {
      const end = until.get(ticket) ?? 0;
      until.delete(ticket);
      return performance.now() <= end;
    },
  };
};

const tell = (connection: WebSocket, message: JsonObject): void => connection.send(JSON.stringify(message));

/** Says why the connection will end. */
const disconnect = (connection: WebSocket, reason: string): void =>
  tell(connection, { type: 'disconnect', reason, debug_info: { host: 'sandbox' } });

/** Cuts a connection that its app does not close in time. */
const endLater = (connection: WebSocket, graceMs: number): void => {
  const timer = setTimeout(() => connection.terminate(), graceMs);
  connection.once('close', () => clearTimeout(timer));
};

/** Pings as Slack does, and cuts a connection whose app has stopped answering. */
const keepAlive = (connection: WebSocket): void => {
  let answered = true;
  connection.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) connection.terminate();
    answered = false;
    connection.ping('Ping from sandbox');
  }, pingMs);
  timer.unref();
  connection.once('close', () => clearInterval(timer));
  connection.ping('Ping from sandbox');
};

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { JsonObject } from 'sandbox-kit/json';
import type { Traffic } from 'sandbox-kit/traffic';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultBox } from '../faults/faults.ts';
import { ids, newSecret } from '../workspace/ids.ts';
import { type Connections, createConnections } from './connections.ts';
import { createEnvelopes, type Delivery, type EnvelopeType } from './envelopes.ts';

/** The server side of Socket Mode. */
export interface SocketLink {
  /** A ticket from apps.connections.open: opens one connection within 30 s. */
  readonly issueTicket: () => string;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, ticket: string) => void;
  readonly connections: () => number;
  /**
   * Sends a payload over one of the connections. If the connection drops before the acknowledgement, an event
   * goes to another one or waits up to a minute (`retry_attempt` counts); a click, command or submission is lost,
   * and the person is told.
   */
  readonly deliver: (type: EnvelopeType, payload: JsonObject) => Promise<Delivery>;
  /** Announces to connections that they will be closed, as Slack does every few hours. */
  readonly refresh: (which: 'one' | 'all') => void;
  /** Blocks all open connections, as when a network fails. */
  readonly silence: (which: 'one' | 'all') => void;
  /** Cuts every connection without notice. */
  readonly drop: () => void;
  /** Tells every connection that Socket Mode was turned off, and closes it. */
  readonly disable: () => void;
  readonly close: () => void;
}

const TICKET_LIFETIME_MS = 30_000;
const PING_MS = 10_000;
const REFRESH_GRACE_MS = 10_000;
const CLOSE_GRACE_MS = 200;
const MAX_CONNECTIONS = 10;

export const createSocketLink = (deps: {
  readonly faults: FaultBox;
  readonly traffic: Traffic;
  readonly onConnectionsChanged: () => void;
}): SocketLink => {
  const { faults, traffic } = deps;
  const server = new WebSocketServer({ noServer: true });
  const tickets = createTickets();
  const connections = createConnections();
  const { tell } = connections;
  const envelopes = createEnvelopes(connections, traffic);
  const changed = (name: 'opened' | 'closed'): void => {
    const outcome = `${connections.alive()} open`;
    traffic.record({ direction: 'out', kind: 'connection', name, outcome, detail: {} });
    deps.onConnectionsChanged();
  };
  const disconnect = (connection: WebSocket, reason: string): void =>
    tell(connection, { type: 'disconnect', reason, debug_info: { host: 'sandbox' } });

  const lost = (connection: WebSocket): void => {
    if (!connections.remove(connection)) return;
    envelopes.connectionLost(connection);
    changed('closed');
  };

  const accept = (connection: WebSocket): void => {
    if (connections.all().length >= MAX_CONNECTIONS) {
      disconnect(connection, 'too_many_websockets');
      connection.close();
      return;
    }
    connections.add(connection);
    connection.on('message', (data) => envelopes.acknowledge(String(data)));
    connection.on('close', () => lost(connection));
    connection.on('error', () => connection.terminate());
    keepAlive(connection, connections);
    tell(connection, {
      type: 'hello',
      num_connections: connections.alive(),
      connection_info: { app_id: ids.app },
      debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
    });
    envelopes.redeliver();
    changed('opened');
  };

  const chosen = (which: 'one' | 'all'): readonly WebSocket[] =>
    which === 'all' ? connections.all() : connections.all().slice(-1);

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
    connections: connections.alive,
    deliver: (type, payload) => {
      const some = connections.all().length > 0;
      if (!some && type !== 'events_api') return Promise.resolve({ outcome: 'not_connected', ms: 0 });
      return envelopes.send(type, payload, some && faults.takeDuplicate() ? 2 : 1);
    },
    refresh: (which) => {
      for (const connection of chosen(which)) {
        disconnect(connection, 'refresh_requested');
        endLater(connection, REFRESH_GRACE_MS);
        connections.markClosing(connection);
      }
    },
    silence: (which) => {
      for (const connection of chosen(which)) connections.silence(connection);
      deps.onConnectionsChanged();
    },
    drop: () => {
      for (const connection of connections.all()) connection.terminate();
    },
    disable: () => {
      for (const connection of connections.all()) {
        disconnect(connection, 'link_disabled');
        connection.close();
      }
    },
    close: () => {
      for (const connection of connections.all()) {
        connection.close(1001, 'the sandbox stops');
        endLater(connection, CLOSE_GRACE_MS);
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
      until.set(ticket, performance.now() + TICKET_LIFETIME_MS);
      return ticket;
    },
    take: (ticket) => {
      const end = until.get(ticket) ?? 0;
      until.delete(ticket);
      return performance.now() <= end;
    },
  };
};

/** Cuts a connection that the app does not close in time. */
const endLater = (connection: WebSocket, graceMs: number): void => {
  const timer = setTimeout(() => connection.terminate(), graceMs);
  connection.once('close', () => clearTimeout(timer));
};

/** Pings as Slack does, and cuts connections that stop answering. */
const keepAlive = (connection: WebSocket, { isSilent }: Connections): void => {
  let answered = true;
  connection.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) connection.terminate();
    answered = false;
    if (!isSilent(connection)) connection.ping('Ping from sandbox');
  }, PING_MS);
  timer.unref();
  connection.once('close', () => clearInterval(timer));
  connection.ping('Ping from sandbox');
};

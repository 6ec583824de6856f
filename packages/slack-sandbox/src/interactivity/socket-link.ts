import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultBox } from '../faults.ts';
import { isObject, type JsonObject, parseJson, stringOf } from '../json.ts';
import type { Traffic } from '../traffic.ts';
import { ids, newSecret } from '../workspace/ids.ts';

/** What became of an envelope within the 3 seconds that a person waits. */
export type Delivery =
  | { readonly outcome: 'acknowledged'; readonly ms: number; readonly payload: JsonObject }
  | { readonly outcome: 'timeout'; readonly ms: number }
  | { readonly outcome: 'not_connected'; readonly ms: number };

/** The workspace's end of Socket Mode. */
export interface SocketLink {
  /** A one-time ticket for apps.connections.open; it opens one connection within 30 s. */
  readonly issueTicket: () => string;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, ticket: string) => void;
  readonly connections: () => number;
  /**
   * Sends a payload to one of the connections. Where the app drops that connection before it acknowledged,
   * the payload goes to another, or waits up to a minute for the app to come back (`retry_attempt` counts).
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

export type EnvelopeType = 'interactive' | 'slash_commands' | 'events_api';

/** How long the app has to acknowledge, in milliseconds. */
export const ackTimeoutMs = 3_000;
const ticketLifetimeMs = 30_000;
const redeliveryMs = 60_000;
const pingMs = 10_000;
const refreshGraceMs = 10_000;
const closeGraceMs = 200;
const maxConnections = 10;

interface Pending {
  readonly id: string;
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  readonly since: number;
  connection: WebSocket | null;
  attempt: number;
  settle: (delivery: Delivery) => void;
}

export const createSocketLink = (deps: {
  readonly faults: FaultBox;
  readonly traffic: Traffic;
  readonly onConnectionsChanged: () => void;
}): SocketLink => {
  const { faults, traffic } = deps;
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  const pending = new Map<string, Pending>();
  /** Connections in the order in which they will get the next payload. */
  let open: WebSocket[] = [];

  const send = (connection: WebSocket, envelope: Pending): void => {
    envelope.connection = connection;
    const body = {
      envelope_id: envelope.id,
      type: envelope.type,
      payload: envelope.payload,
      accepts_response_payload: envelope.type !== 'events_api',
      ...(envelope.attempt > 0 || envelope.type === 'events_api'
        ? { retry_attempt: envelope.attempt, retry_reason: envelope.attempt > 0 ? 'connection_failed' : '' }
        : {}),
    };
    connection.send(JSON.stringify(body));
    traffic.record({
      direction: 'in',
      kind: 'envelope',
      name: `${envelope.type}: ${payloadName(envelope.payload)}`,
      outcome: envelope.attempt === 0 ? 'sent' : `retry ${envelope.attempt}`,
      detail: body,
    });
  };

  const next = (): WebSocket | undefined => {
    const [first, ...rest] = open;
    if (first !== undefined) open = [...rest, first];
    return first;
  };

  const redeliver = (): void => {
    for (const envelope of pending.values()) {
      if (envelope.connection !== null) continue;
      if (performance.now() - envelope.since > redeliveryMs) {
        pending.delete(envelope.id);
        continue;
      }
      const connection = next();
      if (connection === undefined) return;
      envelope.attempt += 1;
      send(connection, envelope);
    }
  };

  const acknowledge = (text: string): void => {
    const message = parseJson(text);
    if (!isObject(message)) return;
    const id = stringOf(message.envelope_id) ?? '';
    const payload = isObject(message.payload) ? message.payload : {};
    const envelope = pending.get(id);
    const ms = envelope === undefined ? undefined : performance.now() - envelope.since;
    traffic.record({
      direction: 'out',
      kind: 'ack',
      name: envelope === undefined ? 'unknown envelope' : payloadName(envelope.payload),
      outcome: envelope === undefined ? 'late or repeated' : 'ok',
      ...(ms === undefined ? {} : { ms }),
      detail: payload,
    });
    if (envelope === undefined || ms === undefined) return;
    pending.delete(id);
    envelope.settle({ outcome: 'acknowledged', ms, payload });
  };

  const lost = (connection: WebSocket): void => {
    if (!open.includes(connection)) return;
    open = open.filter((other) => other !== connection);
    for (const envelope of pending.values())
      if (envelope.connection === connection) envelope.connection = null;
    traffic.record({
      direction: 'out',
      kind: 'connection',
      name: 'closed',
      outcome: `${open.length} open`,
      detail: {},
    });
    redeliver();
    deps.onConnectionsChanged();
  };

  const accept = (connection: WebSocket): void => {
    if (open.length >= maxConnections) {
      connection.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
      connection.close();
      return;
    }
    open = [connection, ...open];
    connection.on('message', (data) => acknowledge(String(data)));
    connection.on('close', () => lost(connection));
    connection.on('error', () => connection.terminate());
    keepAlive(connection);
    connection.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.length,
        connection_info: { app_id: ids.app },
        debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    traffic.record({
      direction: 'out',
      kind: 'connection',
      name: 'opened',
      outcome: `${open.length} open`,
      detail: {},
    });
    redeliver();
    deps.onConnectionsChanged();
  };

  return {
    issueTicket: () => {
      const ticket = newSecret();
      tickets.set(ticket, performance.now() + ticketLifetimeMs);
      return ticket;
    },
    upgrade: (request, socket, head, ticket) => {
      const until = tickets.get(ticket) ?? 0;
      tickets.delete(ticket);
      const { fate } = faults.fateOf('link');
      if (fate !== null && fate.kind !== 'status') {
        socket.destroy();
        return;
      }
      if (fate !== null || performance.now() > until) {
        socket.end(`HTTP/1.1 ${fate?.status ?? 404} Refused\r\nConnection: close\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    connections: () => open.length,
    deliver: (type, payload) => {
      const connection = next();
      if (connection === undefined && type !== 'events_api')
        return Promise.resolve({ outcome: 'not_connected', ms: 0 });
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          // The app may still be owed the payload, but nobody waits for its answer any more.
          if (envelope.connection !== null) pending.delete(envelope.id);
          envelope.settle({ outcome: 'timeout', ms: ackTimeoutMs });
        }, ackTimeoutMs);
        const envelope: Pending = {
          id: randomUUID(),
          type,
          payload,
          since: performance.now(),
          connection: null,
          attempt: 0,
          settle: (delivery) => {
            clearTimeout(timer);
            resolve(delivery);
          },
        };
        pending.set(envelope.id, envelope);
        if (connection === undefined) return;
        send(connection, envelope);
        if (faults.takeDuplicate()) send(next() ?? connection, envelope);
      });
    },
    refresh: (which) => {
      for (const connection of which === 'all' ? [...open] : open.slice(-1)) {
        connection.send(
          JSON.stringify({
            type: 'disconnect',
            reason: 'refresh_requested',
            debug_info: { host: 'sandbox' },
          }),
        );
        const timer = setTimeout(() => connection.terminate(), refreshGraceMs);
        connection.once('close', () => clearTimeout(timer));
        // It gets no new payloads, but may still acknowledge what it has.
        if (open.length > 1) open = [...open.filter((other) => other !== connection), connection];
      }
    },
    drop: () => {
      for (const connection of open) connection.terminate();
    },
    disable: () => {
      for (const connection of open) {
        connection.send(
          JSON.stringify({ type: 'disconnect', reason: 'link_disabled', debug_info: { host: 'sandbox' } }),
        );
        connection.close();
      }
    },
    close: () => {
      for (const connection of open) {
        connection.close(1001, 'the sandbox stops');
        const timer = setTimeout(() => connection.terminate(), closeGraceMs);
        connection.once('close', () => clearTimeout(timer));
      }
      server.close();
    },
  };
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

/** A short name for the traffic panel: the action, the command, the event. */
const payloadName = (payload: JsonObject): string => {
  const event = isObject(payload.event) ? stringOf(payload.event.type) : undefined;
  const [action] = Array.isArray(payload.actions) ? payload.actions : [];
  const actionId = isObject(action) ? stringOf(action.action_id) : undefined;
  const command = stringOf(payload.command);
  return (
    event ??
    actionId ??
    (command === undefined ? undefined : `${command} ${stringOf(payload.text) ?? ''}`) ??
    stringOf(payload.type) ??
    ''
  );
};

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { JsonObject } from 'sandbox-kit/json';
import { WebSocketServer } from 'ws';
import { type Connection, serve } from './connection.ts';
import { createHandshake, type GatewayParts } from './handshake.ts';
import { intentOf, intents } from './intents.ts';
import { endsSession, op } from './opcodes.ts';
import { createSessions } from './sessions.ts';
import { createStartLimit } from './start-limit.ts';

/** The server side of the Gateway. */
export interface Gateway {
  readonly url: () => string;
  readonly startLimit: () => JsonObject;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Connections with a session that work in both directions. */
  readonly connected: () => number;
  /** Whether there is a session, connected or resumable. */
  readonly hasSession: () => boolean;
  /** Whether the app has and asked for the message content intent. */
  readonly readsContent: () => boolean;
  /** Sends an event to every session with its intent. `hidden`: the event without other people's texts. */
  readonly dispatch: (
    event: string,
    data: JsonObject,
    how?: { readonly direct?: boolean; readonly hidden?: JsonObject },
  ) => void;
  readonly drop: () => void;
  readonly silence: () => void;
  readonly closeAll: (code: number) => void;
  readonly askReconnect: () => void;
  readonly invalidate: (resumable: boolean) => void;
  readonly leaveIdentifies: (count: number) => void;
  readonly close: () => void;
}

/** Time that an app has to reconnect after op 7. */
const RECONNECT_GRACE_MS = 5_000;

export const createGateway = (parts: GatewayParts): Gateway => {
  const { settings, faults, traffic } = parts;
  const server = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 });
  const sessions = createSessions(settings.sessionMs);
  const startLimit = createStartLimit(settings.identifiesPerDay, settings.identifyWindowMs);
  const connections = new Set<Connection>();
  const url = (): string => parts.baseUrl().replace(/^http/, 'ws');
  const timers = new Set<NodeJS.Timeout>();

  const changed = (name: string): void => {
    const outcome = `${connected()} connected`;
    traffic.record({ direction: 'out', kind: 'connection', name, outcome, detail: {} });
    parts.onConnectionsChanged();
  };
  const connected = (): number =>
    [...connections].filter((one) => one.session !== undefined && !one.isSilent()).length;
  const invalidate = (connection: Connection, resumable: boolean): void => {
    if (connection.session !== undefined && !resumable) sessions.end(connection.session);
    if (!resumable) connection.session = undefined;
    connection.send({ op: op.invalidSession, d: resumable });
  };
  const later = (run: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  const onPayload = createHandshake({
    ...parts,
    sessions,
    startLimit,
    url,
    connections,
    invalidate,
    onReady: () => changed('identified'),
    onResumed: () => changed('resumed'),
    later,
  });

  const onClose = (connection: Connection, code: number): void => {
    connections.delete(connection);
    const { session } = connection;
    if (session === undefined) return;
    const taken = [...connections].some((other) => other.session === session);
    if (endsSession(code)) sessions.end(session);
    else if (!taken) sessions.away(session);
    changed(`closed ${code}`);
  };

  return {
    url,
    startLimit: startLimit.state,
    connected,
    hasSession: () => sessions.all().length > 0,
    readsContent: () => sessions.all().some((session) => (session.intents & intents.MESSAGE_CONTENT) !== 0),
    upgrade: (request, socket, head) => {
      const { fate, delayMs } = faults.fateOf('gateway');
      const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
      if (fate !== null) {
        refuseHandshake(socket, fate);
        return;
      }
      const open = (): void =>
        server.handleUpgrade(request, socket, head, (opened) => {
          const connection = serve(opened, settings.heartbeatMs, {
            onPayload,
            onClose,
            acknowledges: () => faults.state().acknowledgeHeartbeats,
          });
          connections.add(connection);
          const code = refuseProtocol(query);
          if (code !== null) connection.close(code);
        });
      if (delayMs > 0) setTimeout(open, delayMs).unref();
      else open();
    },
    dispatch: (event, data, { direct = false, hidden = data } = {}) => {
      const wanted = intentOf(event, direct);
      for (const session of sessions.all()) {
        if (wanted !== 0 && (session.intents & wanted) === 0) continue;
        const full = direct || (session.intents & intents.MESSAGE_CONTENT) !== 0;
        const payload = session.add(event, full ? data : hidden);
        for (const one of connections) if (one.session === session && session.connected) one.send(payload);
      }
      const outcome = `${connected()} connected`;
      traffic.record({ direction: 'in', kind: 'event', name: event, outcome, detail: data });
    },
    drop: () => {
      for (const one of connections) one.cut();
    },
    silence: () => {
      for (const one of connections) one.silence();
      changed('silenced');
    },
    closeAll: (code) => {
      for (const one of connections) one.close(code);
    },
    askReconnect: () => {
      for (const one of connections) {
        one.send({ op: op.reconnect, d: null });
        later(() => one.close(4000), RECONNECT_GRACE_MS);
      }
    },
    invalidate: (resumable) => {
      for (const one of connections) if (one.session !== undefined) invalidate(one, resumable);
      if (!resumable) for (const session of sessions.all()) sessions.end(session);
      parts.onConnectionsChanged();
    },
    leaveIdentifies: startLimit.leave,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      for (const one of connections) one.cut();
      sessions.close();
      server.close();
    },
  };
};

/** Answers a handshake with the fault's status, or cuts it. */
const refuseHandshake = (socket: Duplex, fate: { readonly kind: string; readonly status?: number }): void => {
  const status = fate.kind === 'rate-limited' ? 429 : fate.status;
  if (status === undefined) socket.destroy();
  else socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
};

/** The code to close with if a connection asks for an unsupported encoding or version, or null. */
const refuseProtocol = (query: URLSearchParams): number | null => {
  if (!['9', '10'].includes(query.get('v') ?? '10')) return 4012;
  return (query.get('encoding') ?? 'json') !== 'json' || query.has('compress') ? 4002 : null;
};

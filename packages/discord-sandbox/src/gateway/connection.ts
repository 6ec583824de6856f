import { isObject, type JsonObject, parseJson } from 'sandbox-kit/json';
import type { WebSocket } from 'ws';
import { closeReasons, op } from './opcodes.ts';
import type { Session } from './sessions.ts';

/** One socket to an app, from HELLO to its close. */
export interface Connection {
  /** The session that it serves; none before IDENTIFY or RESUME. */
  session: Session | undefined;
  readonly send: (payload: JsonObject) => void;
  readonly close: (code: number) => void;
  /** Ends it without notice. */
  readonly cut: () => void;
  /** Blocks it in both directions while it stays open. */
  readonly silence: () => void;
  readonly isSilent: () => boolean;
}

/** What a connection's owner decides. */
export interface ConnectionOwner {
  /** A payload other than a heartbeat: an opcode and its data. */
  readonly onPayload: (connection: Connection, opcode: number, data: unknown) => void;
  readonly onClose: (connection: Connection, code: number) => void;
  readonly acknowledges: () => boolean;
}

/** Limits: bytes of a payload, and payloads a minute with heartbeats (docs, Gateway, "Rate Limiting"). */
const MOST_BYTES = 4_096;
const MOST_A_MINUTE = 120;
const MINUTE_MS = 60_000;

/** Sends HELLO, answers heartbeats, and closes a connection that breaks the protocol. */
export const serve = (socket: WebSocket, heartbeatMs: number, owner: ConnectionOwner): Connection => {
  let silent = false;
  let heardAt = performance.now();
  const received: number[] = [];
  const connection: Connection = {
    session: undefined,
    send: (payload) => {
      if (!silent && socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
    },
    close: (code) => socket.close(code, closeReasons[code] ?? ''),
    cut: () => socket.terminate(),
    silence: () => {
      silent = true;
      socket.pause();
    },
    isSilent: () => silent,
  };

  /** @returns the code to close with, or null */
  const take = (text: string): number | null => {
    const now = performance.now();
    received.push(now);
    while ((received[0] ?? now) < now - MINUTE_MS) received.shift();
    if (received.length > MOST_A_MINUTE) return 4008;
    const payload = text.length > MOST_BYTES ? undefined : parseJson(text);
    if (!isObject(payload) || typeof payload.op !== 'number') return 4002;
    if (payload.op !== op.heartbeat) owner.onPayload(connection, payload.op, payload.d);
    else {
      heardAt = now;
      if (owner.acknowledges()) connection.send({ op: op.acknowledge, d: null });
    }
    return null;
  };

  socket.on('message', (data) => {
    const code = silent ? null : take(String(data));
    if (code !== null) connection.close(code);
  });
  // Without heartbeats for two intervals the app counts as dead: its session timed out.
  const watch = setInterval(() => {
    if (!silent && performance.now() - heardAt > 2 * heartbeatMs) connection.close(4009);
  }, heartbeatMs);
  watch.unref();
  socket.on('close', (code) => {
    clearInterval(watch);
    owner.onClose(connection, code);
  });
  socket.on('error', () => socket.terminate());
  connection.send({ op: op.hello, s: null, t: null, d: { heartbeat_interval: heartbeatMs, _trace: [] } });
  return connection;
};

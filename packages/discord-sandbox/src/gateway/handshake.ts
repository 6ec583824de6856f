import { isObject, type JsonObject } from 'sandbox-kit/json';
import type { Traffic } from 'sandbox-kit/traffic';
import type { FaultBox } from '../faults/faults.ts';
import type { BotToken, Settings } from '../settings.ts';
import type { Connection } from './connection.ts';
import { intents, refuseIntents } from './intents.ts';
import { op } from './opcodes.ts';
import type { Sessions } from './sessions.ts';
import type { StartLimit } from './start-limit.ts';

/** What the Gateway needs of the sandbox. */
export interface GatewayParts {
  readonly settings: Settings;
  readonly token: BotToken;
  readonly faults: FaultBox;
  readonly traffic: Traffic;
  readonly baseUrl: () => string;
  /** READY's data, and the events that follow it. */
  readonly readyData: () => JsonObject;
  readonly afterReady: () => readonly { readonly event: string; readonly data: JsonObject }[];
  readonly onConnectionsChanged: () => void;
}

interface HandshakeParts extends GatewayParts {
  readonly sessions: Sessions;
  readonly startLimit: StartLimit;
  readonly url: () => string;
  readonly connections: ReadonlySet<Connection>;
  readonly invalidate: (connection: Connection, resumable: boolean) => void;
  readonly onReady: () => void;
  readonly onResumed: () => void;
  readonly later: (run: () => void, ms: number) => void;
}

/** Handles all that an app sends besides heartbeats: IDENTIFY, RESUME, and little else. */
export const createHandshake = (
  parts: HandshakeParts,
): ((connection: Connection, opcode: number, data: unknown) => void) => {
  const goodToken = (token: unknown): boolean =>
    token === parts.token.current() && !parts.faults.state().refuseToken;

  /** One IDENTIFY too many: Discord ends every session and resets the token (docs, "Identify"). */
  const spend = (): void => {
    parts.token.reset();
    for (const session of parts.sessions.all()) parts.sessions.end(session);
    for (const one of parts.connections) one.close(4004);
  };

  /** @returns the code to close with, or null */
  const identify = (connection: Connection, data: JsonObject): number | null => {
    if (connection.session !== undefined) return 4005;
    if (!goodToken(data.token)) return 4004;
    const refused = refuseIntents(data.intents, parts.settings.privilegedIntents);
    if (refused !== null) return refused;
    if (!isObject(data.properties)) return 4002;
    const shard: unknown = data.shard ?? [0, 1];
    if (!Array.isArray(shard) || shard[1] !== 1 || shard[0] !== 0) return 4010;
    const start = parts.startLimit.take();
    if (start === 'spent') spend();
    else if (start === 'wait') parts.invalidate(connection, false);
    else {
      const delay = parts.faults.state().readyDelayMs;
      if (delay === 0) ready(connection, Number(data.intents));
      else parts.later(() => ready(connection, Number(data.intents)), delay);
    }
    return null;
  };

  const ready = (connection: Connection, asked: number): void => {
    if (!parts.connections.has(connection) || connection.session !== undefined) return;
    const session = parts.sessions.open(asked);
    connection.session = session;
    connection.send(
      session.add('READY', {
        v: 10,
        ...parts.readyData(),
        session_id: session.id,
        session_type: 'normal',
        resume_gateway_url: parts.url(),
        shard: [0, 1],
      }),
    );
    if ((session.intents & intents.GUILDS) !== 0)
      for (const { event, data } of parts.afterReady()) connection.send(session.add(event, data));
    parts.onReady();
  };

  /** @returns the code to close with, or null */
  const resume = (connection: Connection, data: JsonObject): number | null => {
    if (connection.session !== undefined) return 4005;
    if (!goodToken(data.token)) return 4004;
    const session = parts.sessions.find(typeof data.session_id === 'string' ? data.session_id : '');
    const seq = typeof data.seq === 'number' ? data.seq : -1;
    const missed = session?.missed(seq);
    if (session === undefined || missed === null || missed === undefined) {
      parts.invalidate(connection, false);
      return null;
    }
    if (seq > session.seq) {
      parts.sessions.end(session);
      return 4007;
    }
    for (const other of parts.connections) if (other.session === session) other.cut();
    connection.session = session;
    session.connected = true;
    for (const payload of missed) connection.send(payload);
    connection.send(session.add('RESUMED', {}));
    parts.onResumed();
    return null;
  };

  /** @returns the code to close with, or null */
  const answer = (connection: Connection, opcode: number, data: JsonObject): number | null => {
    switch (opcode) {
      case op.identify:
        return identify(connection, data);
      case op.resume:
        return resume(connection, data);
      case op.presence:
      case op.voice:
      case op.requestMembers:
        return connection.session === undefined ? 4003 : null;
      default:
        return 4001;
    }
  };

  return (connection, opcode, data) => {
    const code = answer(connection, opcode, isObject(data) ? data : {});
    if (code !== null) connection.close(code);
  };
};

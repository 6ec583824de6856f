import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, parseJson, stringOf } from 'sandbox-kit/json';
import type { Traffic } from 'sandbox-kit/traffic';
import type { WebSocket } from 'ws';
import type { Connections } from './connections.ts';

/** The result of an envelope within the 3 seconds that a person waits. */
export type Delivery =
  | { readonly outcome: 'acknowledged'; readonly ms: number; readonly payload: JsonObject }
  | { readonly outcome: 'timeout'; readonly ms: number }
  | { readonly outcome: 'not_connected'; readonly ms: number };

export type EnvelopeType = 'interactive' | 'slash_commands' | 'events_api';

/** Time that the app has to acknowledge, ms. */
const ackTimeoutMs = 3_000;
const REDELIVERY_MS = 60_000;

interface Envelope {
  readonly id: string;
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  readonly since: number;
  connection: WebSocket | null;
  attempt: number;
  settle: (delivery: Delivery) => void;
}

/** Payloads that the app has not acknowledged yet. */
export interface Envelopes {
  /** Sends a payload over the next connection, twice if asked; waits for one if there is none. */
  readonly send: (type: EnvelopeType, payload: JsonObject, times: 1 | 2) => Promise<Delivery>;
  /** Handles a message of a connection. */
  readonly acknowledge: (text: string) => void;
  /** Sends a lost connection's events over another one, or keeps them for up to a minute. */
  readonly connectionLost: (connection: WebSocket) => void;
  /** Sends payloads that wait for a connection. */
  readonly redeliver: () => void;
}

export const createEnvelopes = ({ next, tell }: Connections, traffic: Traffic): Envelopes => {
  const pending = new Map<string, Envelope>();

  const sendOver = (connection: WebSocket, envelope: Envelope): void => {
    envelope.connection = connection;
    const body = bodyOf(envelope);
    tell(connection, body);
    traffic.record({
      direction: 'in',
      kind: 'envelope',
      name: `${envelope.type}: ${payloadName(envelope.payload)}`,
      outcome: envelope.attempt === 0 ? 'sent' : `retry ${envelope.attempt}`,
      detail: body,
    });
  };

  const redeliver = (): void => {
    for (const envelope of pending.values()) {
      if (envelope.connection !== null) continue;
      if (performance.now() - envelope.since > REDELIVERY_MS) {
        pending.delete(envelope.id);
        continue;
      }
      const connection = next();
      if (connection === undefined) return;
      envelope.attempt += 1;
      sendOver(connection, envelope);
    }
  };

  return {
    redeliver,
    connectionLost: (connection) => {
      for (const envelope of pending.values())
        if (envelope.connection === connection && envelope.type === 'events_api') envelope.connection = null;
      redeliver();
    },
    acknowledge: (text) => {
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
    },
    send: (type, payload, times) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          // The payload may still be delivered, but nobody waits for the answer.
          if (envelope.connection !== null) pending.delete(envelope.id);
          envelope.settle({ outcome: 'timeout', ms: ackTimeoutMs });
        }, ackTimeoutMs);
        const envelope: Envelope = {
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
        for (let time = 0; time < times; time += 1) {
          const connection = next();
          if (connection !== undefined) sendOver(connection, envelope);
        }
      }),
  };
};

const bodyOf = ({ id, type, payload, attempt }: Envelope): JsonObject => ({
  envelope_id: id,
  type,
  payload,
  accepts_response_payload: type !== 'events_api',
  ...(attempt > 0 || type === 'events_api'
    ? { retry_attempt: attempt, retry_reason: attempt > 0 ? 'connection_failed' : '' }
    : {}),
});

/** A label for the traffic panel: the action, the command, the event. */
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

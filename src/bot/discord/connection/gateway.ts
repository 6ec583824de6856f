import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { REST } from '@discordjs/rest';
import { WebSocketShardEvents as Shard, SimpleShardingStrategy, WebSocketManager } from '@discordjs/ws';
import { GatewayDispatchEvents, type GatewayDispatchPayload, GatewayIntentBits } from 'discord-api-types/v10';
import type { Logger } from 'pino';
import { askUntil } from '../../../lib/ask-until.ts';
import { type FinkvraError, messageOf } from '../../../lib/errors.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import type { Db } from '../../../store/open-store.ts';
import { cutSilent } from './cut-silent.ts';
import { createEvents, type EventsOptions } from './events.ts';
import { createIdentifyBudget, IDENTIFY_BACK_OFF, type IdentifyBudget } from './identify-budget.ts';
import { createLink, type Link } from './link.ts';
import { openSessionStore, type SessionStore } from './session-store.ts';
import { incurable, incurableClose, limitMs, whyAway } from './token-refusals.ts';

export interface GatewayOptions extends Pick<EventsOptions, 'onInteraction'> {
  readonly token: string;
  readonly rest: REST;
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly backOff: BackOffOptions;
  /** Called once on an error that waiting cannot cure; all attempts then end. */
  readonly onIncurable: (error: FinkvraError) => void;
}

/** The connection that brings interactions. */
export interface Gateway {
  /** Starts to connect; from then on it reconnects by itself. */
  open(): void;
  close(): Promise<void>;
}

/** Closes the connection but keeps the session: 1000 and 1001 would end it. */
const KEEP_SESSION = 4200;
/** Close code of a broken connection. */
const CUT = 1006;
/** After so many failures at the resume address a new session is requested. */
const MOST_RESUMES = 5;
/** Longest wait for a connection that no longer answers, at shutdown. */
const CLOSE_MS = 2_000;

const forEver = (): Promise<never> => new Promise(() => undefined);

interface ManagerOptions
  extends Pick<GatewayOptions, 'token' | 'rest' | 'log'>,
    Pick<EventsOptions, 'onInteraction'> {
  readonly sessions: () => SessionStore | null;
  readonly budget: () => IdentifyBudget;
  readonly link: Link;
  readonly stopping: AbortSignal;
  readonly onFatal: (error: FinkvraError) => void;
}

/** discord.js's connection, adapted: a session survives failures, and pauses grow. */
const buildManager = ({
  token,
  rest,
  log,
  onInteraction,
  sessions,
  budget,
  link,
  stopping,
  onFatal,
}: ManagerOptions) => {
  const events = createEvents({ onInteraction, log, done: (sequence) => sessions()?.done(sequence) });
  /** Since HELLO. */
  let greeted = false;
  let mayForget = false;
  /** Between RESUME and RESUMED, while Discord sends missed events. */
  let resuming = false;

  const beforeConnecting = async (): Promise<void> => {
    const failures = await link.beforeNext();
    if (stopping.aborted) await forEver();
    if (failures > MOST_RESUMES) sessions()?.set(null);
    resuming = sessions()?.current() != null;
  };
  const dispatched = (payload: GatewayDispatchPayload): void => {
    // The library's own event may overtake earlier events.
    if (payload.t === GatewayDispatchEvents.Resumed || payload.t === GatewayDispatchEvents.Ready)
      resuming = false;
    events.take(payload, resuming);
  };
  const closed = (code: number): void => {
    // The session is forgotten only if Discord says it is invalid, not after a network failure.
    mayForget = greeted && code !== CUT;
    greeted = false;
    if (stopping.aborted) return;
    const fatal = incurableClose(code);
    if (fatal !== null) onFatal(fatal);
    else link.closed(`the Gateway closed the connection (${code})`);
  };

  let strategy: SimpleShardingStrategy | null = null;
  const manager = new WebSocketManager({
    token,
    rest,
    intents: GatewayIntentBits.Guilds,
    shardCount: 1,
    buildStrategy: (owner) => {
      strategy = new SimpleShardingStrategy(owner);
      return strategy;
    },
    buildIdentifyThrottler: () => ({ waitForIdentify: (_shard, aborted) => budget().wait(aborted) }),
    retrieveSessionInfo: async () => {
      // A stop while the library waits for READY makes it connect once more.
      if (stopping.aborted) await forEver();
      // Read before each connection and at every event.
      if (!greeted) await beforeConnecting();
      return sessions()?.current() ?? null;
    },
    updateSessionInfo: (_shard, session) => {
      if (session === null && (!mayForget || stopping.aborted)) return;
      if (session === null) events.forget();
      sessions()?.set(session);
    },
  });
  manager.on(Shard.Hello, () => {
    greeted = true;
    mayForget = true;
  });
  manager.on(Shard.Ready, link.opened);
  manager.on(Shard.Resumed, link.opened);
  manager.on(Shard.Dispatch, ({ data }) => dispatched(data));
  manager.on(Shard.Closed, ({ code }) => closed(code));
  manager.on(Shard.Error, ({ error }) => log.debug({ error: whyAway(error) }, 'the connection failed'));
  manager.on(Shard.Debug, ({ message }) => log.trace(message));
  return {
    manager,
    events,
    /**
     * Does not use the manager's own connect, which refuses to resume when no new session is left. It rejects if
     * the first connection fails, but keeps trying.
     */
    connect: async (): Promise<void> => {
      await manager.updateShardCount(1);
      if (strategy === null) return;
      cutSilent(strategy);
      await strategy.connect();
    },
  };
};

/** Connects to the Gateway and stays connected. Tries RESUME first; the session survives restarts. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { token, db, clock, log, backOff, onIncurable } = options;
  const stopping = new AbortController();
  const stop = { stopping: stopping.signal };
  let sessions: SessionStore | null = null;
  const onFatal = (error: FinkvraError): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    onIncurable(error);
  };
  const link = createLink({ ...stop, backOff, log, onSteady: () => budget.held() });
  const { manager, events, connect } = buildManager({
    ...options,
    ...stop,
    link,
    sessions: () => sessions,
    budget: () => budget,
    onFatal,
  });
  const budget = createIdentifyBudget({
    ...stop,
    db,
    limits: () => manager.fetchGatewayInformation(true),
    clock,
    log,
    // Scaled with all other pauses.
    backOff: { ...IDENTIFY_BACK_OFF, firstMs: Math.min(IDENTIFY_BACK_OFF.firstMs, 10 * backOff.firstMs) },
  });

  const start = async (): Promise<void> => {
    const mark = createHash('sha256').update(`finkvra ${token}`).digest('hex').slice(0, 16);
    sessions = await openSessionStore(db, mark, log);
    const found = await askUntil(() => manager.fetchGatewayInformation(true), {
      ...stop,
      refusal: incurable,
      limitMs,
      backOff,
      onAway: (error) => link.away(whyAway(error)),
    });
    if (found !== null) await connect();
  };

  return {
    open: () => {
      void start().catch((error: unknown) => {
        const fatal = incurable(error);
        if (fatal !== null) onFatal(fatal);
        else log.debug({ error: messageOf(error) }, 'the first connection failed');
      });
    },
    close: async () => {
      stopping.abort();
      link.stop();
      const closing = manager.destroy({ code: KEEP_SESSION, reason: 'the service stops' });
      await Promise.race([closing, sleep(CLOSE_MS, undefined, { ref: false })]);
      await events.settled();
      await sessions?.settled();
    },
  };
};

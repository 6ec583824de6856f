import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Client } from 'pg';
import { z } from 'zod';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import { createSharedRun, sleepUntilAborted } from '../../lib/waiting.ts';
import { keepValue } from '../key-value.ts';
import type { Db } from '../open-store.ts';
import { isLost, postgresError } from './postgres-errors.ts';
import { type PostgresPlace, serverOf } from './postgres-place.ts';
import { connectionConfig } from './postgres-pool.ts';
import { LOCKS } from './transactions.ts';

/**
 * Of the services on one store, one leads: it holds a server lock on its own connection, on which it sends a beat
 * every `beatMs`. The server ends a connection that is silent for `silenceMs`, and with it the lock: of a process
 * that died, hangs or lost the network. A leader without an answer for `leaseMs` stops acting, and a successor of
 * one that did not end in order first waits that long. So two never act at the same time.
 */
export interface LeadTimes {
  readonly beatMs: number;
  readonly leaseMs: number;
  readonly silenceMs: number;
}

const LEAD_TIMES: LeadTimes = { beatMs: 2_000, leaseMs: 6_000, silenceMs: 10_000 };

/** A service acts as leader but is not, or may no longer be. */
export class LeadLostError extends FinkvraError {}

/** A held leadership. */
export interface Lead {
  /** Resolves when it is lost; never after `release`. */
  readonly lost: Promise<LeadLostError>;
  /**
   * Await it before anything that only the leader may do: resolves while nobody else can lead.
   * @throws LeadLostError once that is uncertain
   */
  confirm(): Promise<void>;
  /** Gives up the lead; all work must have ended. */
  release(): Promise<void>;
}

/** A service that leads or waits to lead. */
export interface LeadPeer {
  /** Such as `process 123 on host`. */
  readonly name: string;
  readonly leads: boolean;
  /** Start of its connection, ISO 8601. */
  readonly since: string;
}

const recordSchema = z.object({ name: z.string(), since: z.string(), until: z.string().nullable() });
const LEADER_FACT = 'leader';
const APPLICATION = 'finkvra service ';
/** Time between a waiting service's requests for the lock, ms; they also serve as its beat. */
const ASKED_EVERY_MS = 1_000;

const ownName = (): string => `process ${process.pid} on ${hostname()}`;

const connect = async (place: PostgresPlace, { silenceMs }: LeadTimes): Promise<Client> => {
  const driver = await import('pg');
  const client = new driver.Client({
    ...connectionConfig(place, driver),
    // As much of it as the server keeps; the server's own name of the connection.
    application_name: `${APPLICATION}${process.pid} ${hostname()}`.slice(0, 63),
  });
  // The next query reports it; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`set idle_session_timeout = ${silenceMs}`);
    await client.query(`set tcp_user_timeout = ${silenceMs}`);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw postgresError(place.shown, error);
  }
};

const holding = (client: Client, { beatMs, leaseMs }: LeadTimes): Lead => {
  const lost = Promise.withResolvers<LeadLostError>();
  /** When the last beat that was answered was sent: by a clock that nobody sets, and by one that counts sleep. */
  let sent = { steady: performance.now(), wall: Date.now() };
  let over: LeadLostError | null = null;
  /** Looks at the beat under way that found it still without an answer. */
  let unanswered = 0;

  const age = (): number => {
    const wall = Date.now() - sent.wall;
    // A clock that was set back does not tell how long ago it was.
    return Math.max(performance.now() - sent.steady, wall);
  };
  const lose = (why: string): void => {
    if (over !== null) return;
    over = new LeadLostError(`this service does not lead any more (${why})`);
    clearInterval(timer);
    client.end().catch(() => undefined);
    lost.resolve(over);
  };
  const beat = async (): Promise<void> => {
    const now = { steady: performance.now(), wall: Date.now() };
    try {
      await client.query('select 1');
      sent = now;
    } catch (error) {
      lose(messageOf(error));
    }
  };
  const beats = createSharedRun(beat);
  client.on('error', (error) => lose(messageOf(error)));
  client.on('end', () => lose('its connection to the database ended'));
  const timer = setInterval(() => {
    if (beats.underWay() === null) {
      unanswered = 0;
      void beats.run();
      return;
    }
    // Counted, not timed: after a hang the answer may be there, and has not been read yet.
    unanswered += 1;
    if (unanswered * beatMs >= leaseMs) lose(`the database has not answered for ${leaseMs / 1000} s`);
  }, beatMs);
  timer.unref();

  return {
    lost: lost.promise,
    confirm: async () => {
      if (over !== null) throw over;
      if (age() < leaseMs) return;
      // The process hung or slept: only the server knows whether it still leads. A beat under way may be an old one.
      for (let tries = 0; tries < 2 && over === null && age() >= leaseMs; tries += 1)
        await Promise.race([beats.run(), sleep(leaseMs, undefined, { ref: false })]);
      if (over === null && age() >= leaseMs) lose(`the database has not answered for ${leaseMs / 1000} s`);
      if (over !== null) throw over;
    },
    release: async () => {
      if (over !== null) return;
      over = new LeadLostError('this service has given the lead back');
      clearInterval(timer);
      await client.end();
    },
  };
};

/** The last leader in the store's record, if it did not end in order; else null. */
const unendedLeader = async (client: Client): Promise<string | null> => {
  const { rows } = await client.query<{ there: number }>("select to_regclass('facts') is not null as there");
  if (rows[0]?.there !== 1) return null;
  const found = await client.query<{ value: string }>('select value from facts where name = $1', [
    LEADER_FACT,
  ]);
  const [row] = found.rows;
  if (row === undefined) return null;
  const record = recordSchema.parse(JSON.parse(row.value));
  return record.until === null ? `${record.name}, since ${record.since}` : null;
};

export interface TakeLeadOptions {
  /** Called once if another service leads, with what is known of it. */
  readonly onWait: (leader: string) => void;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  readonly times?: LeadTimes;
}

/** Whether this connection got the lock. */
const tryLock = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ taken: number }>('select pg_try_advisory_lock($1, $2) as taken', [
    ...LOCKS.service,
  ]);
  return rows[0]?.taken === 1;
};

/** The lock, once it is granted; if the server goes away it tries again. */
const takeLock = async (
  place: PostgresPlace,
  options: TakeLeadOptions,
  times: LeadTimes,
): Promise<Client> => {
  const { onWait, signal } = options;
  let client = null as Client | null;
  let told = false;
  let reached = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        client ??= await connect(place, times);
        reached = true;
        if (await tryLock(client)) return client;
        if (!told) onWait(`${(await unendedLeader(client)) ?? 'another process'} leads`);
        told = true;
      } catch (error) {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        // At the start, report at once that the server is unreachable.
        if (!reached || !isLost(cause)) throw error;
        await client?.end().catch(() => undefined);
        client = null;
      }
      await sleepUntilAborted(ASKED_EVERY_MS, signal);
    }
  } catch (error) {
    await client?.end().catch(() => undefined);
    throw error;
  }
};

/**
 * Waits until this process leads.
 * @throws the signal's reason, or FinkvraError if the server is unreachable or refuses the user
 */
export const takeLead = async (place: PostgresPlace, options: TakeLeadOptions): Promise<Lead> => {
  const { onWait, signal, times = LEAD_TIMES } = options;
  for (;;) {
    const client = await takeLock(place, options, times);
    const before = await unendedLeader(client);
    const lead = holding(client, times);
    if (before === null) return lead;
    onWait(`${before}, did not end in order: ${times.leaseMs / 1000} s until it can act no more`);
    await sleepUntilAborted(times.leaseMs + times.beatMs / 4, signal);
    try {
      signal.throwIfAborted();
      await lead.confirm();
      return lead;
    } catch (error) {
      await lead.release();
      if (!(error instanceof LeadLostError)) throw error;
    }
  }
};

/**
 * Takes the lead if it is free: for work during which no service may run.
 * @returns what is known of the present leader, if there is one
 */
export const tryLead = async (
  place: PostgresPlace,
  times: LeadTimes = LEAD_TIMES,
): Promise<Lead | string> => {
  const client = await connect(place, times);
  if (await tryLock(client)) return holding(client, times);
  try {
    return (await unendedLeader(client)) ?? 'of another process';
  } finally {
    await client.end();
  }
};

/** The services on a store, the leader first; none for a store in a file. */
export const leadPeers = async (db: Db): Promise<LeadPeer[]> => {
  if (serverOf(db) === null) return [];
  const { rows } = await sql<{ application: string; leads: number; since: Date }>`
    select a.application_name as application, a.backend_start as since,
      exists (select 1 from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted
        and l.classid = ${sql.lit(LOCKS.service[0])} and l.objid = ${sql.lit(LOCKS.service[1])}) as leads
    from pg_stat_activity a
    where a.datname = current_database() and a.application_name like ${`${APPLICATION}%`}
    order by 3 desc, 2`.execute(db);
  return rows.map(({ application, leads, since }) => {
    const [pid, host] = application.slice(APPLICATION.length).split(' ');
    return { name: `process ${pid} on ${host}`, leads: leads === 1, since: since.toISOString() };
  });
};

/**
 * Records in the store that this process leads.
 * @returns a function that records its orderly end
 */
export const recordLeader = async (db: Db, clock: () => Date): Promise<() => Promise<void>> => {
  const record = { name: ownName(), since: clock().toISOString(), until: null };
  await keepValue(db, LEADER_FACT, JSON.stringify(record));
  return () => keepValue(db, LEADER_FACT, JSON.stringify({ ...record, until: clock().toISOString() }));
};

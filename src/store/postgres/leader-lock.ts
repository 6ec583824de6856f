import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Client } from 'pg';
import { z } from 'zod';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import { sleepUntilAborted } from '../../lib/waiting.ts';
import { keepValue } from '../key-value.ts';
import type { Db } from '../open-store.ts';
import { isLost, postgresError } from './postgres-errors.ts';
import { type PostgresPlace, serverOf } from './postgres-place.ts';
import { connectionConfig } from './postgres-pool.ts';
import { LOCKS } from './transactions.ts';

/**
 * One service of those that run on a store leads: it holds a lock of the server, on a connection of its own that it
 * says something on every `beatMs`. The server ends a connection that is silent for `silenceMs`, and the lock with
 * it: of a process that died, hangs or was parted from the server. A leader that has had no answer for `leaseMs`
 * does nothing more, and whoever takes over from one that did not end in order waits for so long first. So two
 * never act at the same time.
 */
export interface LeadTimes {
  readonly beatMs: number;
  readonly leaseMs: number;
  readonly silenceMs: number;
}

const LEAD_TIMES: LeadTimes = { beatMs: 2_000, leaseMs: 6_000, silenceMs: 10_000 };

/** Somebody acts as the leader who is not, or may not be any more. */
export class LeadLostError extends FinkvraError {}

/** The lead, held. */
export interface Lead {
  /** Resolves when it is lost; never after `release`. */
  readonly lost: Promise<LeadLostError>;
  /**
   * To be awaited before anything that only the leader may do: resolves while nobody else can lead.
   * @throws LeadLostError once that is not certain
   */
  confirm(): Promise<void>;
  /** Gives the lead back; what was under way must have ended. */
  release(): Promise<void>;
}

/** A service that leads, or waits to. */
export interface LeadPeer {
  /** Such as `process 123 on host`. */
  readonly name: string;
  readonly leads: boolean;
  /** Since when it is connected, ISO 8601. */
  readonly since: string;
}

const recordSchema = z.object({ name: z.string(), since: z.string(), until: z.string().nullable() });
const LEADER_FACT = 'leader';
const APPLICATION = 'finkvra service ';
/** How often who waits asks for the lock, ms: it shows the server that it lives, too. */
const ASKED_EVERY_MS = 1_000;

const ownName = (): string => `process ${process.pid} on ${hostname()}`;

const connect = async (place: PostgresPlace, { silenceMs }: LeadTimes): Promise<Client> => {
  const driver = await import('pg');
  const client = new driver.Client({
    ...connectionConfig(place, driver),
    // As much of it as the server keeps; the server's own name of the connection.
    application_name: `${APPLICATION}${process.pid} ${hostname()}`.slice(0, 63),
  });
  // Heard of by what is asked of it next; without a listener the process would end.
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
  let beating: Promise<void> | null = null;

  const age = (): number => {
    const wall = Date.now() - sent.wall;
    // A clock that was put back says nothing of how long ago it was.
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
  const beatOnce = (): Promise<void> => {
    beating ??= beat().finally(() => {
      beating = null;
    });
    return beating;
  };
  client.on('error', (error) => lose(messageOf(error)));
  client.on('end', () => lose('its connection to the database ended'));
  const timer = setInterval(() => {
    if (age() > leaseMs && beating !== null) lose(`the database has not answered for ${leaseMs / 1000} s`);
    else void beatOnce();
  }, beatMs);
  timer.unref();

  return {
    lost: lost.promise,
    confirm: async () => {
      if (over !== null) throw over;
      if (age() < leaseMs) return;
      // The process hung or slept: whether it still leads the server knows.
      await Promise.race([beatOnce(), sleep(leaseMs, undefined, { ref: false })]);
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

/** Who leads by the store's record without having ended in order; null where there is none. */
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
  /** Told once when another one leads, and what is known of it. */
  readonly onWait: (leader: string) => void;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  readonly times?: LeadTimes;
}

/** The lock, once it is given; a server that goes away meanwhile is asked again. */
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
        const { rows } = await client.query<{ taken: number }>(
          'select pg_try_advisory_lock($1, $2) as taken',
          [...LOCKS.service],
        );
        if (rows[0]?.taken === 1) return client;
        if (!told) onWait(`${(await unendedLeader(client)) ?? 'another process'} leads`);
        told = true;
      } catch (error) {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        // At the start somebody had better hear that the server is not there.
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
 * @throws what the signal was aborted with, or FinkvraError when the server cannot be reached or refuses the user
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
 * Takes the lead, if nobody has it: for work that no service may be at meanwhile.
 * @returns what is known of the one that leads, where one does
 */
export const tryLead = async (
  place: PostgresPlace,
  times: LeadTimes = LEAD_TIMES,
): Promise<Lead | string> => {
  const client = await connect(place, times);
  const { rows } = await client.query<{ taken: number }>('select pg_try_advisory_lock($1, $2) as taken', [
    ...LOCKS.service,
  ]);
  if (rows[0]?.taken === 1) return holding(client, times);
  try {
    return (await unendedLeader(client)) ?? 'of another process';
  } finally {
    await client.end();
  }
};

/** The services on a store, the one that leads first; none of a store in a file. */
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
 * Keeps in the store that this process leads.
 * @returns what keeps that it has ended in order
 */
export const recordLeader = async (db: Db, clock: () => Date): Promise<() => Promise<void>> => {
  const record = { name: ownName(), since: clock().toISOString(), until: null };
  await keepValue(db, LEADER_FACT, JSON.stringify(record));
  return () => keepValue(db, LEADER_FACT, JSON.stringify({ ...record, until: clock().toISOString() }));
};

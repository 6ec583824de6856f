import type { Client } from 'pg';
import { sleepUntilAborted } from '../../lib/waiting.ts';
import { isLost, postgresError } from './postgres-errors.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { connectionConfig } from './postgres-pool.ts';
import { LOCKS, type LockName } from './transactions.ts';

/** A lock of the server that this process holds, on a connection of its own. */
export interface AdvisoryLock {
  /** Resolves when the connection, and the lock with it, is lost; never after `release`. */
  readonly lost: Promise<Error>;
  /** Gives the lock back and ends the connection. */
  release(): Promise<void>;
}

/** Who holds a lock, as the server knows. */
export interface AdvisoryLockHolder {
  /** Address of the machine; null for one on the server itself. */
  readonly host: string | null;
  /** Since when its connection is there, ISO 8601. */
  readonly since: string;
}

/** A server that a cut cable parts from this process notices it after so long: 5 + 3 × 5 s. */
const NOTICE = 'set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';
/** How often the connection is tried, ms: a holder must not go on without its lock. */
const TRIED_EVERY_MS = 5000;
const ASKED_AGAIN_MS = 1000;

const connect = async (place: PostgresPlace): Promise<Client> => {
  const driver = await import('pg');
  const client = new driver.Client(connectionConfig(place, driver));
  // Heard of below, by what is asked of it next; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(NOTICE);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw postgresError(place.shown, error);
  }
};

const holding = (client: Client): AdvisoryLock => {
  const lost = Promise.withResolvers<Error>();
  let isOver = false;
  let trying = false;
  const lose = (error: Error): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    client.end().catch(() => undefined);
    lost.resolve(error);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the connection ended')));
  const timer = setInterval(() => {
    // The last one has had no answer for so long.
    if (trying) return lose(new Error(`the server has not answered for ${TRIED_EVERY_MS / 1000} s`));
    trying = true;
    client.query('select 1').then(() => {
      trying = false;
    }, lose);
  }, TRIED_EVERY_MS);
  timer.unref();
  return {
    lost: lost.promise,
    release: async () => {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      await client.end();
    },
  };
};

/**
 * Takes a lock of the server, if nobody has it. The server gives it to the next one as soon as the connection
 * ends, however it does.
 * @returns null when another has it
 * @throws FinkvraError when the server cannot be reached
 */
export const tryAdvisoryLock = async (place: PostgresPlace, name: LockName): Promise<AdvisoryLock | null> => {
  const client = await connect(place);
  const { rows } = await client.query<{ taken: number }>('select pg_try_advisory_lock($1, $2) as taken', [
    ...LOCKS[name],
  ]);
  if (rows[0]?.taken === 1) return holding(client);
  await client.end();
  return null;
};

/**
 * Waits until this process has the lock; a server that goes away meanwhile is asked again.
 * @param signal ends the wait
 * @throws what the signal was aborted with, or FinkvraError when the server refuses the connection
 */
export const waitForAdvisoryLock = async (
  place: PostgresPlace,
  name: LockName,
  signal: AbortSignal,
): Promise<AdvisoryLock> => {
  for (;;) {
    signal.throwIfAborted();
    try {
      const client = await connect(place);
      const end = (): void => {
        client.end().catch(() => undefined);
      };
      signal.addEventListener('abort', end);
      try {
        await client.query('select pg_advisory_lock($1, $2)', [...LOCKS[name]]);
        return holding(client);
      } finally {
        signal.removeEventListener('abort', end);
      }
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (!isLost(cause)) throw error;
    }
    await sleepUntilAborted(ASKED_AGAIN_MS, signal);
  }
};

/** Who holds a lock; null if nobody does. */
export const advisoryLockHolder = async (
  place: PostgresPlace,
  name: LockName,
): Promise<AdvisoryLockHolder | null> => {
  const client = await connect(place);
  try {
    const { rows } = await client.query<{ host: string | null; since: Date }>(
      `select host(a.client_addr) as host, a.backend_start as since
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = $2 and l.objsubid = 2
         and l.database = (select oid from pg_database where datname = current_database())`,
      [...LOCKS[name]],
    );
    const [row] = rows;
    return row === undefined ? null : { host: row.host, since: row.since.toISOString() };
  } finally {
    await client.end();
  }
};

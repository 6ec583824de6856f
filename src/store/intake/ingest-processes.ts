import { type RawBuilder, sql } from 'kysely';
import { keepValue, readValue } from '../key-value.ts';
import { type Db, inTransaction } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';

/** A process of `finkvra ingest`. */
export interface IngestProcess {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Its start, ISO 8601. */
  readonly since: string;
  readonly doing: 'waits' | 'pulls';
  /** Start of its last successful pull, ISO 8601; null before the first one. */
  readonly pulledAt: string | null;
  /** Why its last pull failed; null if it did not. */
  readonly error: string | null;
  /** The last pull request that it answered, with its answer (JSON); 0 and null before the first one. */
  readonly answered: number;
  readonly outcome: string | null;
}

/** A process without a heartbeat for this long counts as gone, ms. */
const SILENCE_MS = 20_000;

/** The time in ISO 8601 by the store's own clock: machines need not agree on theirs. */
const storeTime = (db: Db): RawBuilder<string> =>
  serverOf(db) === null
    ? sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`
    : sql<string>`to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Registers a process, or updates its state and heartbeat. */
export const noteIngestProcess = async (db: Db, one: IngestProcess): Promise<void> => {
  const { id, host, pid, since, ...rest } = one;
  const now = {
    doing: rest.doing,
    pulled_at: rest.pulledAt,
    error: rest.error,
    answered: rest.answered,
    outcome: rest.outcome,
    seen_at: storeTime(db),
  };
  await db
    .insertInto('ingest_processes')
    .values({ id, host, pid, since, ...now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(now))
    .execute();
};

/** Removes a process at its orderly end. */
export const removeIngestProcess = async (db: Db, id: string): Promise<void> => {
  await db.deleteFrom('ingest_processes').where('id', '=', id).execute();
};

/** Processes with a heartbeat, oldest first. */
export const ingestProcesses = async (db: Db): Promise<IngestProcess[]> => {
  const rows = await db
    .selectFrom('ingest_processes')
    .selectAll()
    .select(storeTime(db).as('now'))
    .orderBy('since')
    .orderBy('id')
    .execute();
  return rows
    .filter(({ now, seen_at }) => Date.parse(now) - Date.parse(seen_at) < SILENCE_MS)
    .map(({ id, host, pid, since, doing, pulled_at, error, answered, outcome }) => ({
      id,
      host,
      pid,
      since,
      doing,
      pulledAt: pulled_at,
      error,
      answered,
      outcome,
    }));
};

const REQUEST_FACT = 'pull-request';

/** The number of the last pull request; 0 before the first one. */
export const lastPullRequest = async (db: Db): Promise<number> =>
  Number((await readValue(db, REQUEST_FACT)) ?? 0);

/** Requests a pull from all ingest processes. @returns the request's number, which answers refer to */
export const requestPull = (db: Db): Promise<number> =>
  inTransaction(db, async (trx) => {
    const number = (await lastPullRequest(trx)) + 1;
    await keepValue(trx, REQUEST_FACT, String(number));
    return number;
  });

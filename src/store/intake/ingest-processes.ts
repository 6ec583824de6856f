import { type RawBuilder, sql } from 'kysely';
import { keepValue, readValue } from '../key-value.ts';
import { type Db, inTransaction } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';

/** A process that takes alerts in beside the service. */
export interface IngestProcess {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** When it began, ISO 8601. */
  readonly since: string;
  readonly doing: 'waits' | 'pulls';
  /** When its last pull that came to its end began, ISO 8601; null before the first one. */
  readonly pulledAt: string | null;
  /** Why its last pull failed; null where it did not. */
  readonly error: string | null;
  /** The last request to pull that it has answered, and what it said (JSON); 0 and null before the first one. */
  readonly answered: number;
  readonly outcome: string | null;
}

/** A process that has not said for so long that it lives counts as gone, ms. */
const SILENCE_MS = 20_000;

/** The time in ISO 8601 by the store's own clock: machines need not agree on theirs. */
const storeTime = (db: Db): RawBuilder<string> =>
  serverOf(db) === null
    ? sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`
    : sql<string>`to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Enters a process, or says how it stands and that it lives. */
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

/** A process that ends in order. */
export const removeIngestProcess = async (db: Db, id: string): Promise<void> => {
  await db.deleteFrom('ingest_processes').where('id', '=', id).execute();
};

/** Those that live, the oldest first. */
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

/** The number of the last request to pull; 0 before the first one. */
export const lastPullRequest = async (db: Db): Promise<number> =>
  Number((await readValue(db, REQUEST_FACT)) ?? 0);

/** Asks all ingest processes to pull. @returns the request's number, by which they answer */
export const requestPull = (db: Db): Promise<number> =>
  inTransaction(db, async (trx) => {
    const number = (await lastPullRequest(trx)) + 1;
    await keepValue(trx, REQUEST_FACT, String(number));
    return number;
  });

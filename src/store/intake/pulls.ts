import { z } from 'zod';
import { keepValue, readValue } from '../key-value.ts';
import type { Db } from '../open-store.ts';
import type { PullRow } from '../schema.ts';

export interface PullCounts {
  readonly read: number;
  readonly kept: number;
  readonly known: number;
  readonly quarantined: number;
  /** Filtered-out alerts by criterion. */
  readonly filtered: Readonly<Record<string, number>>;
}

const filteredSchema = z.record(z.string(), z.number());

/** Key of the process that runs a pull. */
const pullerOf = (id: number): string => `puller:${id}`;

/** @param puller identifies the pulling process; stored until the pull ends */
export const beginPull = async (
  db: Db,
  source: string,
  at: string,
  puller: string | null = null,
): Promise<number> => {
  const row = await db
    .insertInto('pulls')
    .values({
      source,
      started_at: at,
      finished_at: null,
      read: 0,
      kept: 0,
      known: 0,
      quarantined: 0,
      filtered: '{}',
      error: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (puller !== null) await keepValue(db, pullerOf(row.id), puller);
  return row.id;
};

/** Updates the pull's counts in the transaction that stores a batch, so that both agree. */
export const recordPullCounts = async (db: Db, id: number, counts: PullCounts): Promise<void> => {
  await db
    .updateTable('pulls')
    .set({
      read: counts.read,
      kept: counts.kept,
      known: counts.known,
      quarantined: counts.quarantined,
      filtered: JSON.stringify(counts.filtered),
      // A pull that was marked as ended is alive.
      finished_at: null,
      error: null,
    })
    .where('id', '=', id)
    .execute();
};

export const finishPull = async (db: Db, id: number, at: string, error: string | null): Promise<void> => {
  await db.updateTable('pulls').set({ finished_at: at, error }).where('id', '=', id).execute();
  await db.deleteFrom('facts').where('name', '=', pullerOf(id)).execute();
};

export interface UnendedPull {
  readonly id: number;
  /** The `puller` given to `beginPull`; null in pulls of earlier versions. */
  readonly puller: string | null;
  /** Last time that it stored something, or its start; ISO 8601. */
  readonly lastAt: string;
}

/** Pulls that are running, or whose process died. */
export const unendedPulls = async (db: Db): Promise<UnendedPull[]> => {
  const rows = await db
    .selectFrom('pulls')
    .where('finished_at', 'is', null)
    .select(['id', 'started_at'])
    .orderBy('id')
    .execute();
  return Promise.all(
    rows.map(async ({ id, started_at }) => ({
      id,
      puller: await readValue(db, pullerOf(id)),
      lastAt: (await lastStored(db, id, started_at)) ?? started_at,
    })),
  );
};

/** When a pull last kept an alert; the index on time finds it from the newest on. */
const lastStored = async (db: Db, id: number, startedAt: string): Promise<string | null> => {
  const row = await db
    .selectFrom('alerts')
    .where('stored_at', '>=', startedAt)
    .where('pull_id', '=', id)
    .select('stored_at')
    .orderBy('stored_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.stored_at ?? null;
};

export const countsOfPull = (row: PullRow): PullCounts => ({
  read: row.read,
  kept: row.kept,
  known: row.known,
  quarantined: row.quarantined,
  filtered: filteredSchema.parse(JSON.parse(row.filtered)),
});

export const lastPull = (db: Db): Promise<PullRow | undefined> =>
  db.selectFrom('pulls').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();

/** Pulls that ended after `since` (ISO 8601). */
export const pullsSince = (db: Db, since: string): Promise<PullRow[]> =>
  db.selectFrom('pulls').selectAll().where('finished_at', '>', since).orderBy('id').execute();

/** A value that changes whenever a pull that kept something ends; cheap to read. */
export const endedPulls = async (db: Db): Promise<string> => {
  const { pulls, kept } = await db
    .selectFrom('pulls')
    .select((eb) => [eb.fn.countAll<number>().as('pulls'), eb.fn.sum<number | null>('kept').as('kept')])
    .where('finished_at', 'is not', null)
    .where('kept', '>', 0)
    .executeTakeFirstOrThrow();
  return `${pulls} ${kept ?? 0}`;
};

/** Simulated nights pulled completely so far. */
export const countSimulatedPulls = async (db: Db): Promise<number> => {
  const { count } = await db
    .selectFrom('pulls')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('source', 'like', 'simulated night %')
    .where('finished_at', 'is not', null)
    .where('error', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
};

/**
 * Reasons why packets received after `since` (ISO 8601) are unreadable and still unresolved, most frequent first.
 */
export const quarantineReasonsSince = (
  db: Db,
  since: string,
): Promise<{ readonly reason: string; readonly count: number }[]> =>
  db
    .selectFrom('quarantine')
    .where('at', '>', since)
    .where('resolved_at', 'is', null)
    .groupBy('reason')
    .select((eb) => ['reason', eb.fn.sum<number>(eb('alike', '+', 1)).as('count')])
    .orderBy('count', 'desc')
    .orderBy('reason')
    .execute();

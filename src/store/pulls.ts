import { z } from 'zod';
import type { ReadItem } from '../pipeline/ingest/source.ts';
import type { Db } from './open-store.ts';
import type { PullRow } from './schema.ts';

export interface PullCounts {
  readonly read: number;
  readonly kept: number;
  readonly known: number;
  readonly quarantined: number;
  /** How many were filtered out, by the criterion that did it. */
  readonly filtered: Readonly<Record<string, number>>;
}

const filteredSchema = z.record(z.string(), z.number());

export const beginPull = async (db: Db, source: string, at: string): Promise<number> => {
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
  return row.id;
};

/** Brings the pull's row up to date, in the transaction that stores a batch: the counts say what is kept. */
export const recordPullCounts = async (db: Db, id: number, counts: PullCounts): Promise<void> => {
  await db
    .updateTable('pulls')
    .set({
      read: counts.read,
      kept: counts.kept,
      known: counts.known,
      quarantined: counts.quarantined,
      filtered: JSON.stringify(counts.filtered),
    })
    .where('id', '=', id)
    .execute();
};

export const finishPull = async (db: Db, id: number, at: string, error: string | null): Promise<void> => {
  await db.updateTable('pulls').set({ finished_at: at, error }).where('id', '=', id).execute();
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

type Unreadable = Extract<ReadItem, { kind: 'unreadable' }>;

/** Keeps what could not be read, with its reason, where it came from and its bytes. */
export const quarantine = async (
  db: Db,
  pullId: number,
  items: readonly Unreadable[],
  at: string,
): Promise<void> => {
  if (items.length === 0) return;
  await db
    .insertInto('quarantine')
    .values(
      items.map(({ reason, origin, bytes, key }) => ({
        pull_id: pullId,
        reason,
        source: origin.name,
        kind: origin.kind,
        partition: origin.partition ?? null,
        offset: origin.offset ?? null,
        position: origin.position ?? null,
        bytes,
        key,
        at,
      })),
    )
    .execute();
};

/** What a pull could not read: where and why, in the order it came. */
export const quarantineOf = async (
  db: Db,
  pullId: number,
): Promise<{ readonly where: string; readonly reason: string }[]> => {
  const rows = await db
    .selectFrom('quarantine')
    .select(['source', 'partition', 'offset', 'position', 'reason'])
    .where('pull_id', '=', pullId)
    .orderBy('id')
    .execute();
  return rows.map(({ source, partition, offset, position, reason }) => ({
    where:
      offset !== null
        ? `${source} partition ${partition ?? 0} offset ${offset}`
        : position !== null
          ? `${source} (${position})`
          : source,
    reason,
  }));
};

/** Simulated nights pulled to their end so far. */
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

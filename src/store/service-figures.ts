import { type SqlBool, sql } from 'kysely';
import { ingestProcesses } from './intake/ingest-processes.ts';
import type { Db } from './open-store.ts';

/** The service's state in numbers, for monitoring. */
export interface ServiceFigures {
  readonly roundsOpen: number;
  readonly roundsClosed: number;
  readonly answers: number;
  readonly labels: number;
  /** Messages to post, and posted ones to redraw. */
  readonly toPost: number;
  readonly toRedraw: number;
  /** Messages of which no look could tell whether they are in the channel. */
  readonly unsure: number;
  /** Since when the oldest pending or unconfirmed message waits, ISO 8601; null without any. */
  readonly oldestToPost: string | null;
  readonly lookupsWaiting: number;
  readonly trackingWaiting: number;
  readonly quarantined: number;
  /** Processes of `finkvra ingest` that are pulling, and that wait for their next pull. */
  readonly ingestPulling: number;
  readonly ingestWaiting: number;
  /** The last ended pull, ISO 8601; null before the first one. */
  readonly lastPullAt: string | null;
  /** Whether it failed. */
  readonly lastPullFailed: boolean;
}

/** Reads all of them, from indexes and small tables. */
export const readServiceFigures = async (db: Db): Promise<ServiceFigures> => {
  const waiting = sql<SqlBool>`state in ('pending', 'sending', 'unsure')`;
  const count = (table: Parameters<typeof db.selectFrom>[0], where = sql<SqlBool>`true`) =>
    sql<number>`(select count(*) from ${sql.table(String(table))} where ${where})`;
  const lastPull = (column: string) =>
    sql<
      string | null
    >`(select ${sql.ref(column)} from pulls where finished_at is not null order by id desc limit 1)`;
  const row = await db
    .selectNoFrom([
      count('rounds', sql`state <> 'closed'`).as('roundsOpen'),
      count('rounds', sql`state = 'closed'`).as('roundsClosed'),
      count('answers').as('answers'),
      count('labels').as('labels'),
      count('messages', sql`state in ('pending', 'sending')`).as('toPost'),
      count('messages', sql`state = 'posted' and wanted > drawn`).as('toRedraw'),
      count('messages', sql`state = 'unsure'`).as('unsure'),
      sql<string | null>`(select min(created_at) from messages where ${waiting})`.as('oldestToPost'),
      sql<number>`coalesce((select sum(n) from counts where name = 'lookups waiting'), 0)`.as(
        'lookupsWaiting',
      ),
      count('tracking_jobs', sql`done_at is null`).as('trackingWaiting'),
      count('quarantine', sql`resolved_at is null`).as('quarantined'),
      lastPull('finished_at').as('lastPullAt'),
      lastPull('error').as('lastPullError'),
    ])
    .executeTakeFirstOrThrow();
  const { lastPullError, ...figures } = row;
  const ingest = await ingestProcesses(db);
  const ingestPulling = ingest.filter(({ doing }) => doing === 'pulls').length;
  return {
    ...figures,
    ingestPulling,
    ingestWaiting: ingest.length - ingestPulling,
    lastPullFailed: lastPullError !== null,
  };
};

import { sql } from 'kysely';
import type { Db } from '../open-store.ts';

export interface WaitingTrackingJob {
  readonly id: number;
  readonly attempts: number;
  readonly work: string;
  /** The saved model, as JSON text. */
  readonly model: string | null;
}

/** Queues a round with its model for MLflow. */
export const insertTrackingJob = async (
  db: Db,
  job: { readonly modelId: number | null; readonly work: string; readonly at: string },
): Promise<void> => {
  await db
    .insertInto('tracking_jobs')
    .values({ model_id: job.modelId, work: job.work, created_at: job.at })
    .execute();
};

/** Queues a change of an alias, replacing a waiting one of the same alias. */
export const insertAliasJob = async (
  db: Db,
  job: { readonly alias: string; readonly work: string; readonly at: string },
): Promise<void> => {
  await db.deleteFrom('tracking_jobs').where('alias', '=', job.alias).where('done_at', 'is', null).execute();
  await db
    .insertInto('tracking_jobs')
    .values({ alias: job.alias, work: job.work, created_at: job.at })
    .execute();
};

/** The oldest unfinished job that is due. */
export const nextTrackingJob = async (db: Db, now: string): Promise<WaitingTrackingJob | null> => {
  const row = await db
    .selectFrom('tracking_jobs as j')
    .leftJoin('models as m', 'm.id', 'j.model_id')
    .select(['j.id', 'j.attempts', 'j.work', 'm.saved as model'])
    .where('j.done_at', 'is', null)
    .where((eb) => eb.or([eb('j.retry_at', 'is', null), eb('j.retry_at', '<=', now)]))
    .orderBy('j.id')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
};

/** Marks the job as done; deletes its text, which holds the whole training table. */
export const finishTrackingJob = async (
  db: Db,
  id: number,
  done: { readonly at: string; readonly runId: string; readonly modelVersion: string | null },
): Promise<void> => {
  await db
    .updateTable('tracking_jobs')
    .set({ done_at: done.at, run_id: done.runId, model_version: done.modelVersion, work: '', error: null })
    .where('id', '=', id)
    .execute();
};

export const postponeTrackingJob = async (
  db: Db,
  id: number,
  failure: { readonly retryAt: string; readonly reason: string },
): Promise<void> => {
  await db
    .updateTable('tracking_jobs')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), retry_at: failure.retryAt, error: failure.reason }))
    .where('id', '=', id)
    .execute();
};

/** Rounds waiting for MLflow, and the last error of the oldest one. */
export const trackingBacklog = async (db: Db): Promise<{ waiting: number; error: string | null }> => {
  const row = await db
    .selectFrom('tracking_jobs')
    .select([sql<number>`count(*)`.as('waiting'), sql<string | null>`max(error)`.as('error')])
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row;
};

/** Reasons of waiting jobs for MLflow, most frequent first. */
export const countTrackingFailures = async (
  db: Db,
): Promise<{ readonly reason: string; readonly count: number }[]> => {
  const rows = await db
    .selectFrom('tracking_jobs')
    .where('done_at', 'is', null)
    .where('error', 'is not', null)
    .groupBy('error')
    .select((eb) => ['error', eb.fn.countAll<number>().as('count')])
    .orderBy('count', 'desc')
    .execute();
  return rows.flatMap(({ error, count }) => (error === null ? [] : [{ reason: error, count }]));
};

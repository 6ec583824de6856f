import type { Db } from '../open-store.ts';

/** Why what is to be logged to MLflow still waits, most frequent reason first. */
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

import type { Db } from '../open-store.ts';

/** Why lookups that still wait have failed so far, most frequent reason first. */
export const countLookupFailures = async (
  db: Db,
): Promise<{ readonly reason: string; readonly count: number }[]> => {
  const rows = await db
    .selectFrom('sherlock')
    .where('result', 'is', null)
    .where('reason', 'is not', null)
    .groupBy('reason')
    .select((eb) => ['reason', eb.fn.countAll<number>().as('count')])
    .orderBy('count', 'desc')
    .execute();
  return rows.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count }]));
};

import type { Db } from '../open-store.ts';

/** The stored JSON of a candidate, or null. */
export const reasonsOf = async (db: Db, candidateId: number): Promise<string | null> => {
  const row = await db
    .selectFrom('reasons')
    .select('reasons')
    .where('candidate_id', '=', candidateId)
    .executeTakeFirst();
  return row?.reasons ?? null;
};

export const keepReasons = async (
  db: Db,
  rows: readonly { readonly candidateId: number; readonly reasons: string }[],
): Promise<void> => {
  if (rows.length === 0) return;
  await db
    .insertInto('reasons')
    .values(rows.map(({ candidateId, reasons }) => ({ candidate_id: candidateId, reasons })))
    .onConflict((conflict) => conflict.column('candidate_id').doNothing())
    .execute();
};

/** Open candidates of a round that a model chose and that have no stored reasons yet. */
export const unexplainedCandidates = (
  db: Db,
  roundId: number,
): Promise<{ readonly id: number; readonly candid: string }[]> =>
  db
    .selectFrom('candidates as c')
    .leftJoin('reasons as r', 'r.candidate_id', 'c.id')
    .where('c.round_id', '=', roundId)
    .where('c.p', 'is not', null)
    .where('c.state', '=', 'open')
    .where('r.candidate_id', 'is', null)
    .select(['c.id', 'c.candid'])
    .orderBy('c.id')
    .execute();

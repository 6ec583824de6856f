import type { Drawn } from '../../pipeline/learning/strategies/run-strategy.ts';
import type { Db } from '../open-store.ts';
import type { NewCandidate } from './rounds.ts';

/** Stores the replacements for a round's skipped candidates, in order. Call it inside a transaction. */
export const insertSpares = async (
  db: Db,
  roundId: number,
  spares: readonly NewCandidate[],
): Promise<void> => {
  if (spares.length === 0) return;
  await db
    .insertInto('spares')
    .values(
      spares.map(({ candid, objectId, drawn, p, q, poolSize }, index) => ({
        round_id: roundId,
        place: index + 1,
        candid,
        object_id: objectId,
        drawn,
        p,
        q,
        pool_size: poolSize,
      })),
    )
    .execute();
};

/**
 * The first of a round's spares with this kind of draw that is still in the pool and not of an object asked about
 * already; null if they are used up.
 */
export const nextSpare = async (db: Db, roundId: number, drawn: Drawn): Promise<NewCandidate | null> => {
  const row = await db
    .selectFrom('spares as s')
    .innerJoin('objects as o', 'o.object_id', 's.object_id')
    .innerJoin('pool as n', 'n.same_as', 'o.same_as')
    .where('s.round_id', '=', roundId)
    .where('s.drawn', '=', drawn)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('candidates as c')
            .innerJoin('objects as u', 'u.object_id', 'c.object_id')
            .select('c.id')
            .whereRef('c.round_id', '=', 's.round_id')
            .whereRef('u.same_as', '=', 'o.same_as'),
        ),
      ),
    )
    .select(['s.candid', 's.object_id as objectId', 's.drawn', 's.p', 's.q', 's.pool_size as poolSize'])
    .orderBy('s.place')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
};

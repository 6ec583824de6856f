import { sql } from 'kysely';
import type { Db } from './open-store.ts';
import type { CandidateRow, RoundRow } from './schema.ts';

export interface NewCandidate {
  readonly candid: string;
  readonly objectId: string;
  readonly drawn: CandidateRow['drawn'];
  readonly pGalactic: number | null;
  readonly q: number | null;
  readonly poolSize: number;
}

/**
 * Opens the next round with its candidates; call it inside a transaction.
 * @returns null when another round is under way (the database decides, see the unique index)
 */
export const insertRound = async (
  db: Db,
  round: Pick<RoundRow, 'size' | 'strategy' | 'pool_size' | 'model_id' | 'opened_at'> & {
    /** Round n gets the seed firstSeed + n: with one seed for all, chance would repeat itself. */
    readonly firstSeed: number;
  },
): Promise<RoundRow | null> => {
  const inserted = await db
    .insertInto('rounds')
    .columns(['number', 'state', 'size', 'strategy', 'seed', 'pool_size', 'model_id', 'opened_at'])
    .expression((eb) =>
      eb
        .selectFrom('rounds')
        .select((e) => [
          sql<number>`coalesce(max(number), 0) + 1`.as('number'),
          e.val('open').as('state'),
          e.val(round.size).as('size'),
          e.val(round.strategy).as('strategy'),
          sql<number>`${round.firstSeed} + coalesce(max(number), 0) + 1`.as('seed'),
          e.val(round.pool_size).as('pool_size'),
          e.val(round.model_id).as('model_id'),
          e.val(round.opened_at).as('opened_at'),
        ])
        .having((e) => e.eb(sql<number>`count(*) filter (where state in ('open', 'training'))`, '=', 0)),
    )
    .returningAll()
    .executeTakeFirst();
  return inserted ?? null;
};

/** Adds candidates behind those the round has; call it inside a transaction. */
export const insertCandidates = async (
  db: Db,
  roundId: number,
  candidates: readonly NewCandidate[],
): Promise<CandidateRow[]> => {
  if (candidates.length === 0) return [];
  const { last } = await db
    .selectFrom('candidates')
    .select(sql<number>`coalesce(max(draw_order), 0)`.as('last'))
    .where('round_id', '=', roundId)
    .executeTakeFirstOrThrow();
  return db
    .insertInto('candidates')
    .values(
      candidates.map((candidate, index) => ({
        round_id: roundId,
        candid: candidate.candid,
        object_id: candidate.objectId,
        draw_order: last + 1 + index,
        drawn: candidate.drawn,
        p_galactic: candidate.pGalactic,
        q: candidate.q,
        pool_size: candidate.poolSize,
        state: 'open' as const,
      })),
    )
    .returningAll()
    .execute();
};

export const hasRounds = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('rounds').select('id').limit(1).executeTakeFirst()) !== undefined;

export const findRound = (db: Db, id: number): Promise<RoundRow | undefined> =>
  db.selectFrom('rounds').selectAll().where('id', '=', id).executeTakeFirst();

/** The round that is open or training, if there is one. */
export const roundUnderWay = (db: Db): Promise<RoundRow | undefined> =>
  db.selectFrom('rounds').selectAll().where('state', 'in', ['open', 'training']).executeTakeFirst();

export const closedRounds = (db: Db): Promise<RoundRow[]> =>
  db.selectFrom('rounds').selectAll().where('state', '=', 'closed').orderBy('number').execute();

export const allRounds = (db: Db): Promise<RoundRow[]> =>
  db.selectFrom('rounds').selectAll().orderBy('number').execute();

export const candidatesOf = (db: Db, roundId: number): Promise<CandidateRow[]> =>
  db.selectFrom('candidates').selectAll().where('round_id', '=', roundId).orderBy('draw_order').execute();

export const findCandidate = (db: Db, id: number): Promise<CandidateRow | undefined> =>
  db.selectFrom('candidates').selectAll().where('id', '=', id).executeTakeFirst();

export const setCandidateState = async (
  db: Db,
  id: number,
  state: Exclude<CandidateRow['state'], 'open'>,
): Promise<boolean> => {
  const result = await db
    .updateTable('candidates')
    .set({ state })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/**
 * Opens a decided candidate again, if its round is still open.
 * @returns false when the round was claimed for training in the meantime
 */
export const reopenCandidate = async (db: Db, id: number): Promise<boolean> => {
  const result = await db
    .updateTable('candidates')
    .set({ state: 'open' })
    .where('id', '=', id)
    .where('state', '!=', 'open')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('rounds')
          .select('rounds.id')
          .whereRef('rounds.id', '=', 'candidates.round_id')
          .where('rounds.state', '=', 'open'),
      ),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** The newest candidate of an object, whatever its state. */
export const lastCandidateOf = (db: Db, objectId: string): Promise<CandidateRow | undefined> =>
  db
    .selectFrom('candidates')
    .selectAll()
    .where('object_id', '=', objectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/**
 * Claims the round for training when nothing in it is open any more.
 * @returns true for the one caller that may train it
 */
export const claimForTraining = async (db: Db, roundId: number): Promise<boolean> => {
  const result = await db
    .updateTable('rounds')
    .set({ state: 'training' })
    .where('id', '=', roundId)
    .where('state', '=', 'open')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('candidates')
            .select('id')
            .where('round_id', '=', roundId)
            .where('state', '=', 'open'),
        ),
      ),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** Closes a round that was training; false when somebody else did. */
export const closeRound = async (db: Db, roundId: number, report: string, at: string): Promise<boolean> => {
  const result = await db
    .updateTable('rounds')
    .set({ state: 'closed', closed_at: at, report })
    .where('id', '=', roundId)
    .where('state', '=', 'training')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** Every candidate there has been. */
export const allCandidates = (db: Db): Promise<CandidateRow[]> =>
  db.selectFrom('candidates').selectAll().orderBy('id').execute();

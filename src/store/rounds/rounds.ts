import { sql } from 'kysely';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../open-store.ts';
import type { CandidateRow, RoundRow } from '../schema.ts';

export interface NewCandidate {
  readonly candid: string;
  readonly objectId: string;
  readonly drawn: CandidateRow['drawn'];
  /** P(class 1) by the round's model. */
  readonly p: number | null;
  readonly q: number | null;
  readonly poolSize: number;
  /** The skipped candidate that it replaces. */
  readonly replacesId?: number;
}

/**
 * Opens the next round with its candidates. Call it inside a transaction.
 * @returns null if another round is under way (a unique index decides)
 */
export const insertRound = async (
  db: Db,
  round: Pick<RoundRow, 'size' | 'strategy' | 'model_type' | 'pool_size' | 'model_id' | 'opened_at'> & {
    /** Round n gets the seed firstSeed + n: with a single seed all rounds would draw alike. */
    readonly firstSeed: number;
    /** Numbers of a store without rounds continue after this one; by default 0. */
    readonly after?: number;
  },
): Promise<RoundRow | null> => {
  const inserted = await db
    .insertInto('rounds')
    .columns([
      'number',
      'state',
      'size',
      'strategy',
      'model_type',
      'seed',
      'pool_size',
      'model_id',
      'opened_at',
    ])
    .expression((eb) =>
      eb
        .selectFrom('rounds')
        .select((e) => [
          sql<number>`coalesce(max(number), ${round.after ?? 0}) + 1`.as('number'),
          e.val('open').as('state'),
          e.val(round.size).as('size'),
          e.val(round.strategy).as('strategy'),
          e.val(round.model_type).as('model_type'),
          sql<number>`${round.firstSeed} + coalesce(max(number), ${round.after ?? 0}) + 1`.as('seed'),
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

/** The seed of the next round; see `insertRound`. */
export const nextSeed = async (db: Db, firstSeed: number, after = 0): Promise<number> => {
  const { last } = await db
    .selectFrom('rounds')
    .select(sql<number>`coalesce(max(number), ${after})`.as('last'))
    .executeTakeFirstOrThrow();
  return firstSeed + last + 1;
};

/** Adds candidates after a round's present ones. Call it inside a transaction. */
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
        p: candidate.p,
        q: candidate.q,
        pool_size: candidate.poolSize,
        state: 'open' as const,
        replaces_id: candidate.replacesId ?? null,
      })),
    )
    .returningAll()
    .execute();
};

/** Whether there has been a round, of one type or any. */
export const hasRounds = async (db: Db, type?: ModelType): Promise<boolean> => {
  const query = db.selectFrom('rounds').select('id').limit(1);
  const row = await (type === undefined ? query : query.where('model_type', '=', type)).executeTakeFirst();
  return row !== undefined;
};

/** Changes an open round's question; false if it is no longer open. */
export const changeModelType = async (db: Db, roundId: number, type: ModelType): Promise<boolean> => {
  const result = await db
    .updateTable('rounds')
    .set({ model_type: type })
    .where('id', '=', roundId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

export const findRound = (db: Db, id: number): Promise<RoundRow | undefined> =>
  db.selectFrom('rounds').selectAll().where('id', '=', id).executeTakeFirst();

/** The open or training round, if any. */
export const roundUnderWay = (db: Db): Promise<RoundRow | undefined> =>
  db.selectFrom('rounds').selectAll().where('state', 'in', ['open', 'training']).executeTakeFirst();

/** Closed rounds, of one type or all, oldest first. */
export const closedRounds = (db: Db, type?: ModelType): Promise<RoundRow[]> => {
  const query = db.selectFrom('rounds').selectAll().where('state', '=', 'closed').orderBy('number');
  return (type === undefined ? query : query.where('model_type', '=', type)).execute();
};

export const allRounds = (db: Db): Promise<RoundRow[]> =>
  db.selectFrom('rounds').selectAll().orderBy('number').execute();

export const candidatesOf = (db: Db, roundId: number): Promise<CandidateRow[]> =>
  db.selectFrom('candidates').selectAll().where('round_id', '=', roundId).orderBy('draw_order').execute();

export const findCandidate = (db: Db, id: number): Promise<CandidateRow | undefined> =>
  db.selectFrom('candidates').selectAll().where('id', '=', id).executeTakeFirst();

export const setCandidateState = async (
  db: Db,
  id: number,
  state: 'labelled' | 'skipped',
): Promise<boolean> => {
  const result = await db
    .updateTable('candidates')
    .set({ state })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** Updates whether a decided candidate's label has a class. */
export const setDecidedState = async (db: Db, id: number, state: 'labelled' | 'skipped'): Promise<void> => {
  await db
    .updateTable('candidates')
    .set({ state })
    .where('id', '=', id)
    .where('state', '!=', 'open')
    .execute();
};

/**
 * Reopens a decided candidate if its round is still open.
 * @returns false if the round was claimed for training meanwhile
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

/** The newest candidate of an object, in any state. */
export const lastCandidateOf = (db: Db, objectId: string): Promise<CandidateRow | undefined> =>
  db
    .selectFrom('candidates')
    .selectAll()
    .where('object_id', '=', objectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/**
 * Claims the round for training if no candidate is open.
 * @returns true for exactly one caller, who must train it
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

/** Closes a training round; false if somebody else did. */
export const closeRound = async (db: Db, roundId: number, report: string, at: string): Promise<boolean> => {
  const result = await db
    .updateTable('rounds')
    .set({ state: 'closed', closed_at: at, report })
    .where('id', '=', roundId)
    .where('state', '=', 'training')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** P(class 1) by the model that chose a candidate, and that model's threshold (null: one half). */
export interface ChosenProbability {
  readonly p: number;
  readonly threshold: number | null;
}

/** These for candidates that a model of this type chose, by candidate id. */
export const chosenProbabilities = async (
  db: Db,
  type: ModelType,
): Promise<Map<number, ChosenProbability>> => {
  const rows = await db
    .selectFrom('candidates as c')
    .innerJoin('rounds as r', 'r.id', 'c.round_id')
    .innerJoin('models as m', 'm.id', 'r.model_id')
    .where('m.model_type', '=', type)
    .select(['c.id', 'c.p', 'm.threshold'])
    .execute();
  return new Map(
    rows.flatMap(({ id, p, threshold }) => (p === null ? [] : [[id, { p, threshold }] as const])),
  );
};

/** Withdraws a round's open candidates, or one of them. @returns how many */
export const withdrawOpen = async (db: Db, roundId: number, candidateId?: number): Promise<number> => {
  const query = db
    .updateTable('candidates')
    .set({ state: 'withdrawn' })
    .where('round_id', '=', roundId)
    .where('state', '=', 'open');
  const result = await (candidateId === undefined
    ? query
    : query.where('id', '=', candidateId)
  ).executeTakeFirst();
  return Number(result.numUpdatedRows);
};

/** Reopens a withdrawn candidate. @returns false if it was not withdrawn */
export const askAgain = async (db: Db, id: number): Promise<boolean> => {
  const result = await db
    .updateTable('candidates')
    .set({ state: 'open' })
    .where('id', '=', id)
    .where('state', '=', 'withdrawn')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** Stores how and by whom a round was closed early. */
export const noteEnd = async (
  db: Db,
  roundId: number,
  as: NonNullable<RoundRow['ended_as']>,
  by: string,
): Promise<void> => {
  await db.updateTable('rounds').set({ ended_as: as, ended_by: by }).where('id', '=', roundId).execute();
};

/** Closes an open round without a report. */
export const abandonRound = async (db: Db, roundId: number, at: string): Promise<void> => {
  await db
    .updateTable('rounds')
    .set({ state: 'closed', closed_at: at })
    .where('id', '=', roundId)
    .where('state', '=', 'open')
    .execute();
};

/** Whether an object is an open candidate. */
export const isAskedAbout = async (db: Db, objectId: string): Promise<boolean> =>
  (await db
    .selectFrom('candidates as c')
    .innerJoin('rounds as r', 'r.id', 'c.round_id')
    .where('c.object_id', '=', objectId)
    .where('c.state', '=', 'open')
    .where('r.state', '=', 'open')
    .select('c.id')
    .executeTakeFirst()) !== undefined;

import { sql } from 'kysely';
import { FEATURE_NAMES, type Features } from '../../pipeline/features/feature-table.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Drawn } from '../../pipeline/learning/strategies/run-strategy.ts';
import { refreshPool } from '../intake/pool.ts';
import { exportedProbability, labelClass, probabilityFor } from '../model-type-columns.ts';
import type { Db } from '../open-store.ts';
import type { AnswerValue, LabelRow } from '../schema.ts';

/**
 * Stores a label that people have just decided; replaces an imported one of the same object. Call it inside a
 * transaction.
 */
export const insertLabel = async (db: Db, label: LabelRow): Promise<void> => {
  await db
    .insertInto('labels')
    .values(label)
    .onConflict((conflict) =>
      conflict.column('object_id').doUpdateSet(label).where('labels.candidate_id', 'is', null),
    )
    .execute();
  await refreshPool(db, [label.object_id]);
};

/** Deletes the label that came from a candidate's answers. Call it inside a transaction. */
export const deleteLabelOf = async (db: Db, candidateId: number): Promise<void> => {
  const deleted = await db
    .deleteFrom('labels')
    .where('candidate_id', '=', candidateId)
    .returning('object_id')
    .execute();
  await refreshPool(
    db,
    deleted.map(({ object_id }) => object_id),
  );
};

/** An object's label with its author's current display name, where known. */
export const findLabel = (db: Db, objectId: string): Promise<LabelRow | undefined> =>
  namedLabels(db).where('l.object_id', '=', objectId).executeTakeFirst();

/** The labels of a round's candidates, oldest first. */
export const labelsOfRound = (db: Db, roundId: number): Promise<LabelRow[]> =>
  namedLabels(db)
    .innerJoin('candidates as c', 'c.id', 'l.candidate_id')
    .where('c.round_id', '=', roundId)
    .execute();

const namedLabels = (db: Db) =>
  db
    .selectFrom('labels as l')
    .leftJoin('people as p', 'p.user_id', 'l.user_id')
    .select(['l.object_id', 'l.candid', 'l.answer', 'l.candidate_id', 'l.user_id', 'l.at'])
    .select((eb) => eb.fn.coalesce('p.name', 'l.user_name').as('user_name'))
    .orderBy('l.at')
    .orderBy('l.object_id');

/** Changes a label's answer but not its time, so that the order of training stays. */
export const changeLabel = async (
  db: Db,
  label: Pick<LabelRow, 'object_id' | 'answer' | 'user_id' | 'user_name'>,
): Promise<void> => {
  const { object_id, ...changed } = label;
  await db.updateTable('labels').set(changed).where('object_id', '=', object_id).execute();
};

/** A label with its class for a model type and all that training and evaluation need, in the order drawn. */
export interface TrainingLabel {
  readonly candid: string;
  readonly objectId: string;
  readonly y: 0 | 1;
  readonly answer: AnswerValue;
  /** The author's display name, and the time (ISO 8601, UTC). */
  readonly userName: string;
  readonly at: string;
  readonly features: Features;
  readonly roundId: number | null;
  readonly drawn: Drawn | null;
  /** P(class 1) by the model that chose it, before it was labelled; null if that model was of another type. */
  readonly pBefore: number | null;
  readonly q: number | null;
  readonly poolSize: number | null;
}

/** Labels with a class of this model type. */
export const trainingLabels = async (db: Db, type: ModelType): Promise<TrainingLabel[]> => {
  const rows = await db
    .selectFrom('labels as l')
    .innerJoin('features as f', 'f.candid', 'l.candid')
    .leftJoin('candidates as c', 'c.id', 'l.candidate_id')
    .leftJoin('rounds as r', 'r.id', 'c.round_id')
    .leftJoin('models as m', 'm.id', 'r.model_id')
    .leftJoin('people as p', 'p.user_id', 'l.user_id')
    .where(labelClass(type), 'is not', null)
    .select(['l.candid', 'l.object_id', 'c.round_id', 'c.drawn', 'c.q', 'c.pool_size'])
    .select((eb) => ['l.answer', 'l.at', eb.fn.coalesce('p.name', 'l.user_name').as('user_name')])
    .select([labelClass(type).as('y'), probabilityFor(type, 'c.p').as('p')])
    .select(FEATURE_NAMES.map((name) => `f.${name}` as const))
    .orderBy(sql`r.number is null`)
    .orderBy('r.number')
    .orderBy('c.draw_order')
    .orderBy('l.at')
    .orderBy('l.object_id')
    .execute();
  return rows.map(
    ({ candid, object_id, y, answer, at, user_name, round_id, drawn, p, q, pool_size, ...features }) => ({
      candid,
      objectId: object_id,
      y: y === 1 ? 1 : 0,
      answer,
      userName: user_name,
      at,
      features,
      roundId: round_id,
      drawn,
      pBefore: p,
      q,
      poolSize: pool_size,
    }),
  );
};

export interface LabelCounts {
  /** Counts of class 1 and class 0. */
  readonly positive: number;
  readonly negative: number;
  readonly withoutClass: number;
}

/** Number of labels by class of a model type. */
export const countLabels = (db: Db, type: ModelType): Promise<LabelCounts> =>
  db
    .selectFrom('labels as l')
    .select([
      sql<number>`count(*) filter (where ${labelClass(type)} = 1)`.as('positive'),
      sql<number>`count(*) filter (where ${labelClass(type)} = 0)`.as('negative'),
      sql<number>`count(*) filter (where ${labelClass(type)} is null)`.as('withoutClass'),
    ])
    .executeTakeFirstOrThrow();

/**
 * Labels for an export, in the order they were made. The class column has the model type's name; the probability
 * is the one before the label.
 */
export async function* exportLabels(db: Db, type: ModelType) {
  const rows = await db
    .selectFrom('labels as l')
    .leftJoin('candidates as c', 'c.id', 'l.candidate_id')
    .leftJoin('rounds as r', 'r.id', 'c.round_id')
    .leftJoin('models as m', 'm.id', 'r.model_id')
    .select(['l.candid', 'l.object_id', 'l.answer as label', labelClass(type).as(type)])
    .select(['l.user_id', 'l.user_name', 'l.at', 'r.number as round', 'c.drawn'])
    .select(exportedProbability(type, 'c.p'))
    .orderBy('l.at')
    .orderBy('l.object_id')
    .execute();
  yield* rows;
}

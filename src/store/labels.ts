import { sql } from 'kysely';
import { FEATURE_NAMES, type Features } from '../pipeline/features/feature-names.ts';
import type { Drawn } from '../pipeline/learning/select-candidates.ts';
import type { Db } from './open-store.ts';
import type { LabelRow } from './schema.ts';

/** Keeps a label that people have just decided; one imported for the same object meanwhile gives way. */
export const insertLabel = async (db: Db, label: LabelRow): Promise<void> => {
  await db
    .insertInto('labels')
    .values(label)
    .onConflict((conflict) =>
      conflict.column('object_id').doUpdateSet(label).where('labels.candidate_id', 'is', null),
    )
    .execute();
};

/** Takes back the label that a candidate's answers made. */
export const deleteLabelOf = async (db: Db, candidateId: number): Promise<void> => {
  await db.deleteFrom('labels').where('candidate_id', '=', candidateId).execute();
};

/** An object's label with its maker's display name where it is known by now. */
export const findLabel = (db: Db, objectId: string): Promise<LabelRow | undefined> =>
  namedLabels(db).where('l.object_id', '=', objectId).executeTakeFirst();

/** The labels that a round's candidates have got, oldest first. */
export const labelsOfRound = (db: Db, roundId: number): Promise<LabelRow[]> =>
  namedLabels(db)
    .innerJoin('candidates as c', 'c.id', 'l.candidate_id')
    .where('c.round_id', '=', roundId)
    .execute();

const namedLabels = (db: Db) =>
  db
    .selectFrom('labels as l')
    .leftJoin('people as p', 'p.user_id', 'l.user_id')
    .select(['l.object_id', 'l.candid', 'l.answer', 'l.galactic', 'l.candidate_id', 'l.user_id', 'l.at'])
    .select((eb) => eb.fn.coalesce('p.name', 'l.user_name').as('user_name'))
    .orderBy('l.at')
    .orderBy('l.object_id');

/** Changes a label's answer and class; its time stays, so that the order of training stays. */
export const changeLabel = async (
  db: Db,
  label: Pick<LabelRow, 'object_id' | 'answer' | 'galactic' | 'user_id' | 'user_name'>,
): Promise<void> => {
  const { object_id, ...changed } = label;
  await db.updateTable('labels').set(changed).where('object_id', '=', object_id).execute();
};

export const allLabels = (db: Db): Promise<LabelRow[]> =>
  db.selectFrom('labels').selectAll().orderBy('at').orderBy('object_id').execute();

/** A label with a class and what training and evaluation need to know of it, in the order drawn. */
export interface TrainingLabel {
  readonly candid: string;
  readonly objectId: string;
  readonly galactic: 0 | 1;
  readonly features: Features;
  readonly roundId: number | null;
  readonly drawn: Drawn | null;
  /** P(galactic) of the model that chose it, before this label was known. */
  readonly pBefore: number | null;
  readonly q: number | null;
  readonly poolSize: number | null;
}

export const trainingLabels = async (db: Db): Promise<TrainingLabel[]> => {
  const rows = await db
    .selectFrom('labels as l')
    .innerJoin('features as f', 'f.candid', 'l.candid')
    .leftJoin('candidates as c', 'c.id', 'l.candidate_id')
    .leftJoin('rounds as r', 'r.id', 'c.round_id')
    .where('l.galactic', 'is not', null)
    .select([
      'l.candid',
      'l.object_id',
      'l.galactic',
      'c.round_id',
      'c.drawn',
      'c.p_galactic',
      'c.q',
      'c.pool_size',
    ])
    .select(FEATURE_NAMES.map((name) => `f.${name}` as const))
    .orderBy(sql`r.number is null`)
    .orderBy('r.number')
    .orderBy('c.draw_order')
    .orderBy('l.at')
    .orderBy('l.object_id')
    .execute();
  return rows.map(
    ({ candid, object_id, galactic, round_id, drawn, p_galactic, q, pool_size, ...features }) => ({
      candid,
      objectId: object_id,
      galactic: galactic === 1 ? 1 : 0,
      features,
      roundId: round_id,
      drawn,
      pBefore: p_galactic,
      q,
      poolSize: pool_size,
    }),
  );
};

export interface LabelCounts {
  readonly galactic: number;
  readonly notGalactic: number;
  readonly withoutClass: number;
}

export const countLabels = (db: Db): Promise<LabelCounts> =>
  db
    .selectFrom('labels')
    .select([
      sql<number>`count(*) filter (where galactic = 1)`.as('galactic'),
      sql<number>`count(*) filter (where galactic = 0)`.as('notGalactic'),
      sql<number>`count(*) filter (where galactic is null)`.as('withoutClass'),
    ])
    .executeTakeFirstOrThrow();

/** Labels for an export, in the order they were made. */
export async function* exportLabels(db: Db) {
  const rows = await db
    .selectFrom('labels as l')
    .leftJoin('candidates as c', 'c.id', 'l.candidate_id')
    .leftJoin('rounds as r', 'r.id', 'c.round_id')
    .select([
      'l.candid',
      'l.object_id',
      'l.answer as label',
      'l.galactic',
      'l.user_id',
      'l.user_name',
      'l.at',
    ])
    .select(['r.number as round', 'c.drawn', 'c.p_galactic'])
    .orderBy('l.at')
    .orderBy('l.object_id')
    .execute();
  yield* rows;
}

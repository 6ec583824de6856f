import { type Insertable, type Selectable, sql } from 'kysely';
import type { FeatureSet } from '../../pipeline/features/feature-table.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../open-store.ts';
import type { ModelTable } from '../schema.ts';

export type ModelRow = Selectable<ModelTable>;

export const insertModel = async (db: Db, model: Omit<Insertable<ModelTable>, 'id'>): Promise<number> => {
  const row = await db.insertInto('models').values(model).returning('id').executeTakeFirstOrThrow();
  return row.id;
};

export const findModel = (db: Db, id: number): Promise<ModelRow | undefined> =>
  db.selectFrom('models').selectAll().where('id', '=', id).executeTakeFirst();

/** The newest model of a type that was trained on a set of columns; those of before the sets, on the reference's. */
export const latestModel = (db: Db, type: ModelType, features: FeatureSet): Promise<ModelRow | undefined> =>
  db
    .selectFrom('models')
    .selectAll()
    .where('model_type', '=', type)
    .where(sql<string>`coalesce(feature_set, 'reference')`, '=', features)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** The type of a model. */
export const modelTypeOf = async (db: Db, id: number): Promise<ModelType | null> => {
  const row = await db.selectFrom('models').select('model_type').where('id', '=', id).executeTakeFirst();
  return row?.model_type ?? null;
};

/** From which P(class 1) on a model takes an object for class 1; null where nothing is known of it. */
export const thresholdOf = async (db: Db, id: number): Promise<number | null> => {
  const row = await db.selectFrom('models').select('threshold').where('id', '=', id).executeTakeFirst();
  return row?.threshold ?? null;
};

/** A round's model without its saved parameters, with the number of its round. */
export type ModelSummary = Omit<ModelRow, 'round_id' | 'saved' | 'calibration' | 'threshold'> & {
  readonly round_id: number;
  readonly round: number;
  readonly report: string | null;
};

const summaries = (db: Db) =>
  db
    .selectFrom('models as m')
    .innerJoin('rounds as r', 'r.id', 'm.round_id')
    .select(['m.id', 'r.id as round_id', 'm.model_type', 'm.engine', 'm.seed', 'm.labels'])
    .select(['m.trained_at', 'm.promoted_at', 'm.feature_set', 'r.number as round', 'r.report']);

/** The rounds' models, of one type or of all, oldest first. */
export const allModels = (db: Db, type?: ModelType): Promise<ModelSummary[]> => {
  const query = summaries(db).orderBy('m.id');
  return (type === undefined ? query : query.where('m.model_type', '=', type)).execute();
};

/** The model of a round, whole. */
export const modelOfRound = (db: Db, round: number): Promise<ModelRow | undefined> =>
  db
    .selectFrom('models as m')
    .innerJoin('rounds as r', 'r.id', 'm.round_id')
    .where('r.number', '=', round)
    .selectAll('m')
    .executeTakeFirst();

/** The model of a type that the team vouches for: the one promoted last. */
export const championModel = (db: Db, type: ModelType): Promise<ModelSummary | undefined> =>
  summaries(db)
    .where('m.model_type', '=', type)
    .where('m.promoted_at', 'is not', null)
    .orderBy('m.promoted_at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Makes a model the champion; the ones before it stay known as what they were. */
export const promoteModel = async (db: Db, id: number, at: string): Promise<void> => {
  await db.updateTable('models').set({ promoted_at: at }).where('id', '=', id).execute();
};

/** Takes the champion's title away, so that the one before it has it again. */
export const demoteModel = async (db: Db, id: number): Promise<void> => {
  await db.updateTable('models').set({ promoted_at: null }).where('id', '=', id).execute();
};

/** The scaling of a model's probabilities for people, as JSON; null where it has none. */
export const calibrationOf = async (db: Db, modelId: number): Promise<string | null> => {
  const row = await db
    .selectFrom('models')
    .select('calibration')
    .where('id', '=', modelId)
    .executeTakeFirst();
  return row?.calibration ?? null;
};

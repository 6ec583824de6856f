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

/** The newest model of a type and feature set; models from before the sets have the reference's columns. */
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

/** The threshold on P(class 1) from which a model says class 1; null if unknown. */
export const thresholdOf = async (db: Db, id: number): Promise<number | null> => {
  const row = await db.selectFrom('models').select('threshold').where('id', '=', id).executeTakeFirst();
  return row?.threshold ?? null;
};

/** A model without its parameters, with its round's number. */
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

/** The rounds' models, of one type or all, oldest first. */
export const allModels = (db: Db, type?: ModelType): Promise<ModelSummary[]> => {
  const query = summaries(db).orderBy('m.id');
  return (type === undefined ? query : query.where('m.model_type', '=', type)).execute();
};

/** The model of a round, complete. */
export const modelOfRound = (db: Db, round: number): Promise<ModelRow | undefined> =>
  db
    .selectFrom('models as m')
    .innerJoin('rounds as r', 'r.id', 'm.round_id')
    .where('r.number', '=', round)
    .selectAll('m')
    .executeTakeFirst();

/** The champion of a type: the model promoted last. */
export const championModel = (db: Db, type: ModelType): Promise<ModelSummary | undefined> =>
  summaries(db)
    .where('m.model_type', '=', type)
    .where('m.promoted_at', 'is not', null)
    .orderBy('m.promoted_at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Makes a model the champion; the dates of earlier ones are kept. */
export const promoteModel = async (db: Db, id: number, at: string): Promise<void> => {
  await db.updateTable('models').set({ promoted_at: at }).where('id', '=', id).execute();
};

/** Demotes the champion, so that the previous one is champion again. */
export const demoteModel = async (db: Db, id: number): Promise<void> => {
  await db.updateTable('models').set({ promoted_at: null }).where('id', '=', id).execute();
};

/** The calibration of a model's probabilities, as JSON; null without one. */
export const calibrationOf = async (db: Db, modelId: number): Promise<string | null> => {
  const row = await db
    .selectFrom('models')
    .select('calibration')
    .where('id', '=', modelId)
    .executeTakeFirst();
  return row?.calibration ?? null;
};

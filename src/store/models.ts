import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db } from './open-store.ts';
import type { ModelTable } from './schema.ts';

export type ModelRow = Selectable<ModelTable>;

export const insertModel = async (db: Db, model: Omit<Insertable<ModelTable>, 'id'>): Promise<number> => {
  const row = await db.insertInto('models').values(model).returning('id').executeTakeFirstOrThrow();
  return row.id;
};

export const findModel = (db: Db, id: number): Promise<ModelRow | undefined> =>
  db.selectFrom('models').selectAll().where('id', '=', id).executeTakeFirst();

export const latestModel = (db: Db): Promise<ModelRow | undefined> =>
  db.selectFrom('models').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();

/** A model without its saved parameters, with the number of its round. */
export type ModelSummary = Omit<ModelRow, 'saved' | 'calibration'> & {
  readonly round: number;
  readonly report: string | null;
};

const summaries = (db: Db) =>
  db
    .selectFrom('models as m')
    .innerJoin('rounds as r', 'r.id', 'm.round_id')
    .select(['m.id', 'm.round_id', 'm.engine', 'm.seed', 'm.labels', 'm.trained_at', 'm.promoted_at'])
    .select(['r.number as round', 'r.report']);

export const allModels = (db: Db): Promise<ModelSummary[]> => summaries(db).orderBy('m.id').execute();

/** The model of a round, whole. */
export const modelOfRound = (db: Db, round: number): Promise<ModelRow | undefined> =>
  db
    .selectFrom('models as m')
    .innerJoin('rounds as r', 'r.id', 'm.round_id')
    .where('r.number', '=', round)
    .selectAll('m')
    .executeTakeFirst();

/** The model that the team vouches for: the one promoted last. */
export const championModel = (db: Db): Promise<ModelSummary | undefined> =>
  summaries(db)
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

const SCORES_PER_STATEMENT = 500;

/** Keeps P(galactic) of each candid by this model, in place of an earlier model's. */
export const keepScores = async (
  db: Db,
  modelId: number,
  scores: readonly { readonly candid: string; readonly pGalactic: number }[],
): Promise<void> => {
  for (let start = 0; start < scores.length; start += SCORES_PER_STATEMENT) {
    await db
      .insertInto('scores')
      .values(
        scores.slice(start, start + SCORES_PER_STATEMENT).map(({ candid, pGalactic }) => ({
          candid,
          model_id: modelId,
          p_galactic: pGalactic,
          previous_p: null,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('candid').doUpdateSet((eb) => ({
          model_id: eb.ref('excluded.model_id'),
          stale: 0,
          p_galactic: eb.ref('excluded.p_galactic'),
          // Kept for what people ask next: which objects the new model thinks differently of.
          previous_p: sql<number | null>`case when scores.model_id = excluded.model_id
            then scores.previous_p else scores.p_galactic end`,
        })),
      )
      .execute();
  }
};

/** P(galactic) by this model of every candid that it scored. */
export const scoresBy = async (db: Db, modelId: number): Promise<Map<string, number>> => {
  const rows = await db
    .selectFrom('scores')
    .select(['candid', 'p_galactic'])
    .where('model_id', '=', modelId)
    .execute();
  return new Map(rows.map((row) => [row.candid, row.p_galactic]));
};

/** P(galactic) of an alert by the newest model that scored it, or null. */
export const scoreOf = async (
  db: Db,
  candid: string,
): Promise<{ readonly pGalactic: number; readonly modelId: number } | null> => {
  const row = await db
    .selectFrom('scores')
    .select(['p_galactic as pGalactic', 'model_id as modelId'])
    .where('candid', '=', candid)
    .executeTakeFirst();
  return row ?? null;
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

export interface ScoredObject {
  readonly candid: string;
  readonly objectId: string;
  readonly ra: number;
  readonly dec: number;
  readonly magpsf: number;
  readonly fid: number;
  readonly pGalactic: number;
}

/** The objects of alerts stored after `since` that the model is surest are not galactic, surest first. */
export const surestNotGalactic = (
  db: Db,
  since: string,
  below: number,
  limit: number,
): Promise<ScoredObject[]> =>
  db
    .selectFrom('scores as s')
    .innerJoin('alerts as a', 'a.candid', 's.candid')
    .leftJoin('labels as l', 'l.object_id', 'a.object_id')
    .where('a.stored_at', '>', since)
    .where('s.p_galactic', '<', below)
    .where((eb) => eb.or([eb('l.galactic', 'is', null), eb('l.galactic', '=', 0)]))
    .groupBy('a.object_id')
    .select((eb) => [
      'a.candid',
      'a.object_id as objectId',
      'a.ra',
      'a.dec',
      'a.magpsf',
      'a.fid',
      eb.fn.min('s.p_galactic').as('pGalactic'),
    ])
    .orderBy('pGalactic')
    .orderBy('objectId')
    .limit(limit)
    .execute();

export interface ChangedObject {
  readonly objectId: string;
  readonly ra: number;
  readonly dec: number;
  /** P(galactic) by the model before, and by the newest one. */
  readonly before: number;
  readonly after: number;
}

/**
 * Unlabelled objects whose P(galactic) a model trained after `since` changed by at least `least`, largest
 * change first.
 */
export const mostChangedScores = (
  db: Db,
  since: string,
  least: number,
  limit: number,
): Promise<ChangedObject[]> =>
  db
    .selectFrom('scores as s')
    .innerJoin('models as m', 'm.id', 's.model_id')
    .innerJoin('alerts as a', 'a.candid', 's.candid')
    .leftJoin('labels as l', 'l.object_id', 'a.object_id')
    .where('m.trained_at', '>', since)
    .where('l.object_id', 'is', null)
    .where('s.previous_p', 'is not', null)
    .where(sql<number>`abs(s.p_galactic - s.previous_p)`, '>=', least)
    .groupBy('a.object_id')
    .select([
      'a.object_id as objectId',
      'a.ra',
      'a.dec',
      sql<number>`s.previous_p`.as('before'),
      's.p_galactic as after',
      sql<number>`max(abs(s.p_galactic - s.previous_p))`.as('change'),
    ])
    .orderBy('change', 'desc')
    .orderBy('objectId')
    .limit(limit)
    .execute()
    .then((rows) => rows.map(({ change: _, ...row }) => row));

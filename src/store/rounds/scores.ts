import { sql } from 'kysely';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { labelClass } from '../model-type-columns.ts';
import type { Db } from '../open-store.ts';

const SCORES_PER_STATEMENT = 500;

/** Keeps P(class 1) of each candid by this model, in place of an earlier model's. */
export const keepScores = async (
  db: Db,
  modelId: number,
  scores: readonly { readonly candid: string; readonly p: number }[],
): Promise<void> => {
  for (let start = 0; start < scores.length; start += SCORES_PER_STATEMENT) {
    await db
      .insertInto('scores')
      .values(
        scores.slice(start, start + SCORES_PER_STATEMENT).map(({ candid, p }) => ({
          candid,
          model_id: modelId,
          p,
          previous_p: null,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('candid').doUpdateSet((eb) => ({
          model_id: eb.ref('excluded.model_id'),
          stale: 0,
          p: eb.ref('excluded.p'),
          // Kept for what people ask next: which objects the new model thinks differently of.
          previous_p: sql<number | null>`case
            when scores.model_id = excluded.model_id then scores.previous_p
            when (select model_type from models where id = scores.model_id)
              = (select model_type from models where id = excluded.model_id) then scores.p end`,
        })),
      )
      .execute();
  }
};

/** P(class 1) of an alert by the newest model that scored it; null if there is none of this type. */
export const scoreOf = async (
  db: Db,
  candid: string,
  type: ModelType,
): Promise<{ readonly p: number; readonly modelId: number } | null> => {
  const row = await db
    .selectFrom('scores as s')
    .innerJoin('models as m', 'm.id', 's.model_id')
    .select(['s.p', 's.model_id as modelId'])
    .where('s.candid', '=', candid)
    .where('m.model_type', '=', type)
    .executeTakeFirst();
  return row ?? null;
};

export interface ScoredObject {
  readonly candid: string;
  readonly objectId: string;
  readonly ra: number;
  readonly dec: number;
  readonly magpsf: number;
  readonly fid: number;
  /** Probability of class 1. */
  readonly p: number;
}

/**
 * The objects of alerts stored after `since` that a model of this type gives less than `below` of not being
 * of the wanted class, surest first; those that people have put into the other class are left out.
 */
export const surestOf = async (
  db: Db,
  { type, wanted, since }: { readonly type: ModelType; readonly wanted: 0 | 1; readonly since: string },
  below: number,
  limit: number,
): Promise<ScoredObject[]> => {
  const doubt = wanted === 0 ? sql<number>`s.p` : sql<number>`1 - s.p`;
  const rows = await db
    .selectFrom('scores as s')
    .innerJoin('models as m', 'm.id', 's.model_id')
    .innerJoin('alerts as a', 'a.candid', 's.candid')
    .leftJoin('labels as l', 'l.object_id', 'a.object_id')
    .where('m.model_type', '=', type)
    .where('a.stored_at', '>', since)
    .where(doubt, '<', below)
    .where((eb) => eb.or([eb(labelClass(type), 'is', null), eb(labelClass(type), '=', wanted)]))
    .groupBy('a.object_id')
    .select(['a.candid', 'a.object_id as objectId', 'a.ra', 'a.dec', 'a.magpsf', 'a.fid', 's.p'])
    .select(sql<number>`min(${doubt})`.as('doubt'))
    .orderBy('doubt')
    .orderBy('objectId')
    .limit(limit)
    .execute();
  return rows.map(({ doubt: _, ...row }) => row);
};

export interface ChangedObject {
  readonly objectId: string;
  readonly ra: number;
  readonly dec: number;
  /** P(class 1) by the model before, and by the newest one. */
  readonly before: number;
  readonly after: number;
}

/**
 * Unlabelled objects whose P(class 1) a model of this type trained after `since` changed by at least `least`,
 * largest change first.
 */
export const mostChangedScores = (
  db: Db,
  type: ModelType,
  since: string,
  least: number,
  limit: number,
): Promise<ChangedObject[]> =>
  db
    .selectFrom('scores as s')
    .innerJoin('models as m', 'm.id', 's.model_id')
    .innerJoin('alerts as a', 'a.candid', 's.candid')
    .leftJoin('labels as l', 'l.object_id', 'a.object_id')
    .where('m.model_type', '=', type)
    .where('m.trained_at', '>', since)
    .where('l.object_id', 'is', null)
    .where('s.previous_p', 'is not', null)
    .where(sql<number>`abs(s.p - s.previous_p)`, '>=', least)
    .groupBy('a.object_id')
    .select([
      'a.object_id as objectId',
      'a.ra',
      'a.dec',
      sql<number>`s.previous_p`.as('before'),
      's.p as after',
      sql<number>`max(abs(s.p - s.previous_p))`.as('change'),
    ])
    .orderBy('change', 'desc')
    .orderBy('objectId')
    .limit(limit)
    .execute()
    .then((rows) => rows.map(({ change: _, ...row }) => row));

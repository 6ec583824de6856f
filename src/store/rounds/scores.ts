import { setImmediate } from 'node:timers/promises';
import { type SqlBool, sql } from 'kysely';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { labelClass } from '../model-type-columns.ts';
import type { Db } from '../open-store.ts';

/** Scores per statement. */
export const SCORES_PER_STATEMENT = 500;

export interface NewScore {
  readonly candid: string;
  /** P(class 1). */
  readonly p: number;
  /** The `stale` of the alert's score when its features were read; null or absent without a score. */
  readonly stale?: number | null;
}

/**
 * Stores P(class 1) of each candid by this model, replacing an earlier model's. If features changed after they
 * were read, the score stays stale.
 */
export const keepScores = async (db: Db, modelId: number, scores: readonly NewScore[]): Promise<void> => {
  for (let start = 0; start < scores.length; start += SCORES_PER_STATEMENT) {
    await db
      .insertInto('scores')
      .values(
        scores.slice(start, start + SCORES_PER_STATEMENT).map(({ candid, p, stale = null }) => ({
          candid,
          model_id: modelId,
          p,
          previous_p: null,
          stale: stale ?? 0,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('candid').doUpdateSet((eb) => ({
          model_id: eb.ref('excluded.model_id'),
          stale: sql<number>`case when scores.stale > excluded.stale then scores.stale - excluded.stale else 0 end`,
          p: eb.ref('excluded.p'),
          // The previous score is kept, to find objects whose probability changed.
          previous_p: sql<number | null>`case
            when scores.model_id = excluded.model_id then scores.previous_p
            when (select model_type from models where id = scores.model_id)
              = (select model_type from models where id = excluded.model_id) then scores.p end`,
        })),
      )
      .execute();
  }
};

/** P(class 1) of an alert by the newest model that scored it; null without one of this type. */
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
  /** P(class 1). */
  readonly p: number;
}

/** Alerts per statement. */
const SCORED_AT_A_TIME = 2000;

/**
 * The objects of alerts stored after `since` to which a model of this type gives less than `below` for not being
 * of the wanted class, surest first, without those labelled as the other class. Reads some thousand alerts at a
 * time, so that clicks are handled in between.
 */
export const surestOf = async (
  db: Db,
  { type, wanted, since }: { readonly type: ModelType; readonly wanted: 0 | 1; readonly since: string },
  below: number,
  limit: number,
): Promise<ScoredObject[]> => {
  const doubtOf = ({ p }: ScoredObject): number => (wanted === 0 ? p : 1 - p);
  const doubt = wanted === 0 ? sql<number>`s.p` : sql<number>`1 - s.p`;
  const surest = new Map<string, ScoredObject>();
  let after = { storedAt: since, candid: '~' };
  while (true) {
    const page = await alertsStoredAfter(db, after);
    const last = page.at(-1);
    if (last === undefined) break;
    const rows = await db
      // Planned in the written order: from the day's alerts to their scores.
      .selectFrom('alerts as a')
      .crossJoin('scores as s')
      .whereRef('s.candid', '=', 'a.candid')
      .innerJoin('models as m', 'm.id', 's.model_id')
      .leftJoin('labels as l', 'l.object_id', 'a.object_id')
      .where('m.model_type', '=', type)
      .where(afterAlert(after))
      .where((eb) => eb.not(afterAlert({ storedAt: last.stored_at, candid: last.candid })))
      .where('a.stored_at', '<=', last.stored_at)
      .where(doubt, '<', below)
      .where('a.object_id', 'not in', askedAbout(db))
      .where((eb) => eb.or([eb(labelClass(type), 'is', null), eb(labelClass(type), '=', wanted)]))
      .select(['a.candid', 'a.object_id as objectId', 'a.ra', 'a.dec', 'a.magpsf', 'a.fid', 's.p'])
      .execute();
    for (const row of rows) {
      const known = surest.get(row.objectId);
      if (known === undefined || doubtOf(row) < doubtOf(known)) surest.set(row.objectId, row);
    }
    after = { storedAt: last.stored_at, candid: last.candid };
    await setImmediate();
  }
  return [...surest.values()]
    .sort((a, b) => doubtOf(a) - doubtOf(b) || (a.objectId < b.objectId ? -1 : 1))
    .slice(0, limit);
};

/** Open candidates, which are left out: their probabilities would bias the answers. */
const askedAbout = (db: Db) => db.selectFrom('candidates').select('object_id').where('state', '=', 'open');

interface Place {
  readonly storedAt: string;
  readonly candid: string;
}

/** After this one, in order of time and candid. */
const afterAlert = ({ storedAt, candid }: Place) =>
  sql<SqlBool>`(a.stored_at >= ${storedAt} and (a.stored_at, a.candid) > (${storedAt}, ${candid}))`;

const alertsStoredAfter = (db: Db, after: Place) =>
  db
    .selectFrom('alerts as a')
    .where(afterAlert(after))
    .select(['a.stored_at', 'a.candid'])
    .orderBy('a.stored_at')
    .orderBy('a.candid')
    .limit(SCORED_AT_A_TIME)
    .execute();

export interface ChangedObject {
  readonly objectId: string;
  readonly ra: number;
  readonly dec: number;
  /** P(class 1) by the previous and the newest model. */
  readonly before: number;
  readonly after: number;
}

/** Scored alerts examined per object. */
const ALERTS_AN_OBJECT = 20;

/**
 * Unlabelled objects whose P(class 1) a model of this type trained after `since` changed by at least `least`,
 * largest change first.
 */
export const mostChangedScores = async (
  db: Db,
  type: ModelType,
  since: string,
  least: number,
  limit: number,
): Promise<ChangedObject[]> => {
  const models = await db
    .selectFrom('models')
    .select('id')
    .where('model_type', '=', type)
    .where('trained_at', '>', since)
    .execute();
  const change = sql<number>`abs(s.p - s.previous_p)`;
  const changed = new Map<string, ChangedObject>();
  for (const { id } of models) {
    // In the order of an index, so that it stops at the first matches.
    const rows = await db
      .selectFrom('scores as s')
      .innerJoin('alerts as a', 'a.candid', 's.candid')
      .leftJoin('labels as l', 'l.object_id', 'a.object_id')
      .where('s.model_id', '=', id)
      .where('s.previous_p', 'is not', null)
      .where(change, '>=', least)
      .where('l.object_id', 'is', null)
      .where('a.object_id', 'not in', askedAbout(db))
      .select(['a.object_id as objectId', 'a.ra', 'a.dec', 's.p as after'])
      .select(sql<number>`s.previous_p`.as('before'))
      .orderBy(change, 'desc')
      .limit(limit * ALERTS_AN_OBJECT)
      .execute();
    for (const row of rows) {
      const known = changed.get(row.objectId);
      if (known === undefined || changeOf(row) > changeOf(known)) changed.set(row.objectId, row);
    }
  }
  return [...changed.values()]
    .sort((a, b) => changeOf(b) - changeOf(a) || (a.objectId < b.objectId ? -1 : 1))
    .slice(0, limit);
};

const changeOf = ({ before, after }: ChangedObject): number => Math.abs(after - before);

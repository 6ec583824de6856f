import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { HistoryPoint, ObjectId } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';

/** The stored columns: jd, fid, magpsf, sigmapsf, diffmaglim, isdiffpos. */
const pointsSchema = z.array(
  z.tuple([
    z.number(),
    z.number(),
    z.number().nullable(),
    z.number().nullable(),
    z.number().nullable(),
    z.string().nullable(),
  ]),
);

/** An object's whole light curve, oldest point first; null if it was not fetched. */
export const historyOf = async (db: Db, objectId: ObjectId): Promise<HistoryPoint[] | null> => {
  const row = await db
    .selectFrom('histories')
    .select('points')
    .where('object_id', '=', objectId)
    .executeTakeFirst();
  if (row?.points == null) return null;
  const points = pointsSchema.parse(JSON.parse(gunzipSync(row.points).toString('utf8')));
  return points.map(([jd, fid, magpsf, sigmapsf, diffmaglim, isdiffpos]) => ({
    jd,
    fid,
    magpsf,
    sigmapsf,
    diffmaglim,
    isdiffpos,
  }));
};

/** Stores an object's light curve, replacing an earlier one. */
export const saveHistory = async (
  db: Db,
  objectId: ObjectId,
  history: readonly HistoryPoint[],
  at: string,
): Promise<void> => {
  const rows = history.map((p) => [p.jd, p.fid, p.magpsf, p.sigmapsf, p.diffmaglim, p.isdiffpos]);
  const saved = { points: gzipSync(JSON.stringify(rows)), saved_at: at, reason: null, retry_at: null };
  await db
    .insertInto('histories')
    .values({ object_id: objectId, ...saved })
    .onConflict((conflict) => conflict.column('object_id').doUpdateSet(saved))
    .execute();
};

/** Counts a failure; the object is due again at `retryAt`. */
export const saveHistoryFailure = async (
  db: Db,
  objectId: ObjectId,
  { reason, retryAt }: { readonly reason: string; readonly retryAt: string },
): Promise<void> => {
  await db
    .insertInto('histories')
    .values({ object_id: objectId, attempts: 1, reason, retry_at: retryAt })
    .onConflict((conflict) =>
      conflict
        .column('object_id')
        .doUpdateSet((eb) => ({ attempts: eb('histories.attempts', '+', 1), reason, retry_at: retryAt })),
    )
    .execute();
};

/** A candidate that people are asked about. */
export interface AskedAbout {
  readonly candidateId: number;
  readonly objectId: ObjectId;
  /** Of its alert, ICRS degrees. */
  readonly ra: number;
  readonly dec: number;
  readonly jd: number;
}

const candidatesAskedAbout = (db: Db) =>
  db
    .selectFrom('rounds as r')
    .innerJoin('candidates as c', 'c.round_id', 'r.id')
    .innerJoin('alerts as a', 'a.candid', 'c.candid')
    .where('r.state', '=', 'open')
    .where('c.state', '=', 'open')
    .select(['c.id as candidateId', 'c.object_id as objectId', 'a.ra', 'a.dec', 'a.jd'])
    .orderBy('c.id');

/** The open round's candidates without an answer, in the order of their cards. */
export const askedAbout = (db: Db): Promise<AskedAbout[]> => candidatesAskedAbout(db).execute();

export interface MissingHistory extends AskedAbout {
  /** Failures so far. */
  readonly attempts: number;
  /** When it may be requested again; null for at once. */
  readonly retryAt: string | null;
}

/** Those without a stored light curve. */
export const missingHistories = (db: Db): Promise<MissingHistory[]> =>
  candidatesAskedAbout(db)
    .leftJoin('histories as h', 'h.object_id', 'c.object_id')
    .where('h.points', 'is', null)
    .select((eb) => [eb.fn.coalesce('h.attempts', eb.lit(0)).as('attempts'), 'h.retry_at as retryAt'])
    .execute();

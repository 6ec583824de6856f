import { sql } from 'kysely';
import type { Candid, ObjectId, Probability } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';

export interface PoolRow {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** P(class 1) by the model asked about; null where it has not scored the alert. */
  readonly p: Probability | null;
  /** True when the alert's features have changed since that model scored it. */
  readonly stale: boolean;
}

/** Alerts of objects that can still be asked about: unlabelled, of no excluded class, with a positive detection. */
const poolAlerts = (db: Db) =>
  db
    .selectFrom('alerts as a')
    .innerJoin('features as f', 'f.candid', 'a.candid')
    .leftJoin('labels as l', 'l.object_id', 'a.object_id')
    .leftJoin('sherlock as k', (join) =>
      join.onRef('k.object_id', '=', 'a.object_id').on('k.excluded', '=', 1),
    )
    .where('l.object_id', 'is', null)
    .where('k.object_id', 'is', null)
    .where('f.ndets', '>=', 1);

/** The pool: the newest of these of each object. Ordered by candid, so that a seeded draw from it can be replayed. */
export const readPool = async (db: Db, modelId: number | null): Promise<PoolRow[]> => {
  const rows = await db
    .with('newest', () =>
      poolAlerts(db).select([
        'a.candid',
        'a.object_id',
        sql<number>`row_number() over (partition by a.object_id order by a.jd desc, a.candid desc)`.as(
          'place',
        ),
      ]),
    )
    .selectFrom('newest as n')
    .leftJoin('scores as s', (join) =>
      join.onRef('s.candid', '=', 'n.candid').on('s.model_id', '=', modelId ?? -1),
    )
    .where('n.place', '=', 1)
    .select(['n.candid', 'n.object_id as objectId', 's.p', 's.stale'])
    .orderBy('n.candid')
    .execute();
  return rows.map(({ stale, ...row }) => ({ ...row, stale: stale === 1 }));
};

/** Objects in the pool. */
export const countPool = async (db: Db): Promise<number> => {
  const row = await poolAlerts(db)
    .select(sql<number>`count(distinct a.object_id)`.as('objects'))
    .executeTakeFirstOrThrow();
  return row.objects;
};

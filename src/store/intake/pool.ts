import { sql } from 'kysely';
import type { Candid, ObjectId, Probability } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';
import { addToCount } from './counts.ts';

export interface PoolRow {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** P(class 1) by the model asked about; null where it has not scored the alert. */
  readonly p: Probability | null;
  /** True when the alert's features have changed since that model scored it. */
  readonly stale: boolean;
}

/** SQLite takes so many values in a statement, and more. */
const PER_STATEMENT = 300;

/**
 * Puts the rows of these objects right after their alerts, labels or classes have changed; call it in the
 * transaction that changes them. In the pool is an object with an alert that has a positive detection, unless it
 * has a label or a class that is excluded, under whichever of its objectIds; with the newest such alert.
 */
export const refreshPool = async (db: Db, objectIds: readonly ObjectId[]): Promise<void> => {
  for (let start = 0; start < objectIds.length; start += PER_STATEMENT) {
    const page = objectIds.slice(start, start + PER_STATEMENT);
    const objects = db.selectFrom('objects').select('same_as').where('object_id', 'in', page);
    const gone = await db.deleteFrom('pool').where('same_as', 'in', objects).executeTakeFirst();
    const come = await sql`insert into pool (same_as, object_id, candid)
      ${poolQuery(sql`o.same_as in (${objects})`)}`.execute(db);
    await addToCount(db, 'pool', Number(come.numAffectedRows ?? 0n) - Number(gone.numDeletedRows));
  }
};

/** Makes the whole pool anew, after the list of excluded classes has changed; call it inside a transaction. */
export const rebuildPool = async (db: Db): Promise<void> => {
  await db.deleteFrom('pool').execute();
  await sql`insert into pool (same_as, object_id, candid) ${poolQuery(sql`true`)}`.execute(db);
  await sql`update counts set n = (select count(*) from pool) where name = 'pool'`.execute(db);
};

/** What the pool's rows are, worked out from the other tables; of some objects, or all. */
const poolQuery = (which = sql`true`) => sql`
  select same_as, object_id, candid from (
    select o.same_as, a.object_id, a.candid,
      row_number() over (partition by o.same_as order by a.jd desc, a.candid desc) as place
    from objects o
      cross join alerts a on a.object_id = o.object_id
      cross join features f on f.candid = a.candid
    where ${which} and f.ndets >= 1
      and not exists (select 1 from objects m join labels l on l.object_id = m.object_id
        where m.same_as = o.same_as)
      and not exists (select 1 from objects m join sherlock k on k.object_id = m.object_id
        where m.same_as = o.same_as and k.excluded = 1))
  where place = 1`;

/** The pool, ordered by candid, so that a seeded draw from it can be replayed. */
export const readPool = async (db: Db, modelId: number | null): Promise<PoolRow[]> => {
  const rows = await db
    .selectFrom('pool as n')
    .leftJoin('scores as s', (join) =>
      join.onRef('s.candid', '=', 'n.candid').on('s.model_id', '=', modelId ?? -1),
    )
    .select(['n.candid', 'n.object_id as objectId', 's.p', 's.stale'])
    .orderBy('n.candid')
    .execute();
  return rows.map(({ stale, ...row }) => ({ ...row, stale: stale === 1 }));
};

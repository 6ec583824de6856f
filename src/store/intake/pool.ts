import { type Expression, sql } from 'kysely';
import type { Candid, ObjectId, Probability } from '../../pipeline/alert.ts';
import type { FeatureName } from '../../pipeline/features/feature-table.ts';
import type { Db } from '../open-store.ts';
import { joinInOrder } from '../postgres/dialect-words.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import { addToCount } from './counts.ts';

export interface PoolRow {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** P(class 1) by the model in question; null if it has not scored the alert. */
  readonly p: Probability | null;
  /** Changes of the alert's features since the score: 0 is up to date; null without a score. */
  readonly stale: number | null;
}

/** Objects need an alert received since this time (ISO 8601); see `agePool`. */
export const POOL_SINCE_FACT = 'pool-since';

/** Values per statement, within SQLite's limit. */
const PER_STATEMENT = 300;

/**
 * Updates these objects' rows after their alerts, labels or classes changed. Call it in the same transaction. The
 * pool holds each object by its newest alert with a positive detection, unless any of its objectIds has a label
 * or an excluded class, or it was not seen for long.
 */
export const refreshPool = async (db: Db, objectIds: readonly ObjectId[]): Promise<void> => {
  for (let start = 0; start < objectIds.length; start += PER_STATEMENT) {
    const page = objectIds.slice(start, start + PER_STATEMENT);
    const objects = db.selectFrom('objects').select('same_as').where('object_id', 'in', page);
    await lockObjects(db, objects);
    const gone = await db.deleteFrom('pool').where('same_as', 'in', objects).executeTakeFirst();
    const come = await sql`insert into pool (same_as, object_id, candid, seen)
      ${poolQuery(db, sql`o.same_as in (${objects})`)}`.execute(db);
    await addToCount(db, 'pool', Number(come.numAffectedRows ?? 0n) - Number(gone.numDeletedRows));
  }
};

/**
 * On a server two transactions may change the same object, such as an answer and a new alert: the second computes
 * its row after the first has ended.
 */
const lockObjects = async (db: Db, sameAs: Expression<unknown>): Promise<void> => {
  if (serverOf(db) === null) return;
  await sql`select 1 from objects where same_as in (${sameAs}) order by object_id for no key update`.execute(
    db,
  );
};

/** Rebuilds the whole pool of a store that is not in use yet. Call it inside a transaction. */
export const rebuildPool = async (db: Db): Promise<void> => {
  await db.deleteFrom('pool').execute();
  await sql`insert into pool (same_as, object_id, candid, seen) ${poolQuery(db)}`.execute(db);
  await sql`update counts set n = (select count(*) from pool) where name = 'pool'`.execute(db);
};

/** The pool's rows, computed from the other tables, for some objects or all. */
const poolQuery = (db: Db, which = sql`true`) => sql`
  select same_as, object_id, candid, seen from (
    select o.same_as, a.object_id, a.candid, max(a.stored_at) over (partition by o.same_as) as seen,
      row_number() over (partition by o.same_as order by a.jd desc, a.candid desc) as place
    from objects o
      ${joinInOrder(db)} alerts a on a.object_id = o.object_id
      ${joinInOrder(db)} features f on f.candid = a.candid
    where ${which} and f.ndets >= 1
      and not exists (select 1 from objects m join labels l on l.object_id = m.object_id
        where m.same_as = o.same_as)
      and not exists (select 1 from objects m join sherlock k on k.object_id = m.object_id
        where m.same_as = o.same_as and k.excluded = 1)) as n
  where place = 1 and seen >= coalesce((select value from facts where name = ${POOL_SINCE_FACT}), '')`;

/** The pool in pages, ordered by candid, so that a seeded draw can be replayed. */
export async function* poolPages(db: Db, modelId: number | null, size: number): AsyncGenerator<PoolRow[]> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('pool as n')
      .leftJoin('scores as s', 's.candid', 'n.candid')
      .select(['n.candid', 'n.object_id as objectId', 's.stale'])
      .select(sql<number | null>`case when s.model_id = ${modelId ?? -1} then s.p end`.as('p'))
      .where('n.candid', '>', after)
      .orderBy('n.candid')
      .limit(size)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < size) return;
    after = last.candid;
  }
}

/** Whether the model in question has not scored the alert, or scored outdated features. */
export const isUnscored = ({ p, stale }: PoolRow): boolean => p === null || stale !== 0;

/**
 * Features of a page of the pool by candid: of all alerts, or of those not yet scored by a given model. Objects
 * that left the pool meanwhile are missing.
 */
export const featuresOfPage = async (
  db: Db,
  page: readonly PoolRow[],
  names: readonly FeatureName[],
  modelId: number | null,
): Promise<Map<Candid, Readonly<Record<string, number | null>>>> => {
  const all = db
    .selectFrom('pool as n')
    .innerJoin('features as f', 'f.candid', 'n.candid')
    .select('f.candid as of')
    .select(names.map((name) => `f.${name}` as const))
    .where('n.candid', '>=', page[0]?.candid ?? '')
    .where('n.candid', '<=', page.at(-1)?.candid ?? '');
  const unscored = all
    .leftJoin('scores as s', 's.candid', 'n.candid')
    .where((eb) =>
      eb.or([eb('s.model_id', 'is', null), eb('s.model_id', '<>', modelId), eb('s.stale', '>', 0)]),
    );
  const rows = await (modelId === null ? all : unscored).execute();
  return new Map(rows.map(({ of, ...features }) => [of, features]));
};

/** The pool objects of these objectIds. */
export const poolObjectsOf = async (
  db: Db,
  objectIds: readonly ObjectId[],
): Promise<Map<ObjectId, string>> => {
  const found = new Map<ObjectId, string>();
  for (let start = 0; start < objectIds.length; start += PER_STATEMENT) {
    const rows = await db
      .selectFrom('objects as o')
      .innerJoin('pool as n', 'n.same_as', 'o.same_as')
      .select(['o.object_id', 'n.same_as'])
      .where('o.object_id', 'in', objectIds.slice(start, start + PER_STATEMENT))
      .execute();
    for (const { object_id, same_as } of rows) found.set(object_id, same_as);
  }
  return found;
};

/** The object at an index of the pool in order of candid, from 0; null past the end. */
export const poolObjectAt = async (
  db: Db,
  place: number,
  poolSize: number,
  modelId: number | null,
): Promise<Pick<PoolRow, 'candid' | 'objectId' | 'p'> | null> => {
  // From the nearer end: skipping rows costs a second per 20 million.
  const fromEnd = place * 2 > poolSize;
  const candid = db
    .selectFrom('pool')
    .select('candid')
    .orderBy('candid', fromEnd ? 'desc' : 'asc')
    .limit(1)
    .offset(fromEnd ? poolSize - 1 - place : place);
  const row = await db
    .selectFrom('pool as n')
    .leftJoin('scores as s', (join) =>
      join.onRef('s.candid', '=', 'n.candid').on('s.model_id', '=', modelId ?? -1),
    )
    .select(['n.candid', 'n.object_id as objectId', 's.p'])
    .where('n.candid', '=', candid)
    .executeTakeFirst();
  return row ?? null;
};

/** The whole pool; only for small ones. */
export const readPool = async (db: Db, modelId: number | null): Promise<PoolRow[]> => {
  const rows: PoolRow[] = [];
  for await (const page of poolPages(db, modelId, 1000)) rows.push(...page);
  return rows;
};

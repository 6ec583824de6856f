import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** ObjectIds so near to each other are one object. */
const ONE_OBJECT_ARCSEC = 1.5;

interface Position {
  readonly object_id: string;
  readonly ra: number;
  readonly dec: number;
}

/**
 * The pool as a table, so that an answer, a skip and a status take the same time whatever the store holds: one row
 * an object that can be asked about. Objects with their position, since several objectIds may be one; counts;
 * and candidates drawn beforehand, for the place of skipped ones.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('objects')
    .addColumn('object_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('ra', 'real', (c) => c.notNull())
    .addColumn('dec', 'real', (c) => c.notNull())
    .addColumn('same_as', 'text', (c) => c.notNull())
    .execute();
  const onServer = db.getExecutor().adapter instanceof PostgresAdapter;
  const pool = db.schema
    .createTable('pool')
    .addColumn('same_as', 'text', (c) => c.primaryKey().notNull())
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('candid', 'text', (c) => c.notNull().references('alerts.candid'));
  await (onServer ? pool : pool.modifyEnd(sql`without rowid`)).execute();
  await db.schema
    .createTable('counts')
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('n', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('spares')
    .addColumn('round_id', 'integer', (c) => c.notNull().references('rounds.id'))
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('candid', 'text', (c) => c.notNull().references('alerts.candid'))
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('drawn', 'text', (c) => c.notNull())
    .addColumn('p', 'real')
    .addColumn('q', 'real')
    .addColumn('pool_size', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('spares_in_order', ['round_id', 'place'])
    .execute();

  // A store on a server is new when it comes here: it has no alerts.
  if (!onServer) {
    // An object is where its first alert was.
    await sql`insert into objects (object_id, ra, dec, same_as)
      select object_id, ra, dec, object_id from alerts
      where rowid in (select min(rowid) from alerts group by object_id)`.execute(db);
  }
  const { rows } = await sql<Position>`select object_id, ra, dec from objects order by dec`.execute(db);
  for (const [objectId, sameAs] of groups(rows)) {
    await sql`update objects set same_as = ${sameAs} where object_id = ${objectId}`.execute(db);
  }
  await sql`create index objects_by_same on objects (same_as)`.execute(db);
  await sql`create index objects_by_position on objects (dec, ra)`.execute(db);

  // With the candid in it, so that the newest alert of an object is found without its light curve.
  await sql`drop index alerts_by_object`.execute(db);
  await sql`create index alerts_by_object on alerts (object_id, jd, candid)`.execute(db);
  await sql`insert into pool (same_as, object_id, candid)
    select same_as, object_id, candid from (
      select o.same_as, a.object_id, a.candid,
        row_number() over (partition by o.same_as order by a.jd desc, a.candid desc) as place
      from objects o join alerts a on a.object_id = o.object_id join features f on f.candid = a.candid
      where f.ndets >= 1
        and not exists (select 1 from objects m join labels l on l.object_id = m.object_id
          where m.same_as = o.same_as)
        and not exists (select 1 from objects m join sherlock k on k.object_id = m.object_id
          where m.same_as = o.same_as and k.excluded = 1)) as n
    where place = 1`.execute(db);
  await sql`insert into counts (name, n) values
    ('alerts', (select count(*) from alerts)),
    ('objects', (select count(distinct same_as) from objects)),
    ('pool', (select count(*) from pool))`.execute(db);

  // What else was read of every alert or object: the largest changes, the classes found.
  await sql`create index scores_by_change on scores (model_id, abs(p - previous_p))
    where previous_p is not null`.execute(db);
  await sql`create index sherlock_by_class on sherlock (class, excluded) where result is not null`.execute(
    db,
  );
};

/**
 * The objectIds that are one with another, each with the smallest of them.
 * @param sorted by declination
 */
const groups = (sorted: readonly Position[]): Map<string, string> => {
  const same = new Map<string, string>();
  const rootOf = (id: string): string => {
    const next = same.get(id);
    return next === undefined ? id : rootOf(next);
  };
  for (const [at, here] of sorted.entries()) {
    for (let j = at + 1; j < sorted.length; j += 1) {
      const there = sorted[j];
      if (there === undefined || (there.dec - here.dec) * 3600 > ONE_OBJECT_ARCSEC) break;
      if (separation(here, there) > ONE_OBJECT_ARCSEC) continue;
      const [first = '', second = ''] = [rootOf(here.object_id), rootOf(there.object_id)].sort();
      if (first !== second) same.set(second, first);
    }
  }
  return new Map([...same.keys()].map((id) => [id, rootOf(id)]));
};

/** Angle between two positions, arcsec (haversine). */
const separation = (a: Position, b: Position): number => {
  const radians = Math.PI / 180;
  const dec = Math.sin(((b.dec - a.dec) * radians) / 2);
  const ra = Math.sin(((b.ra - a.ra) * radians) / 2);
  const h = dec * dec + Math.cos(a.dec * radians) * Math.cos(b.dec * radians) * ra * ra;
  return ((2 * Math.asin(Math.min(1, Math.sqrt(h)))) / radians) * 3600;
};

import { setImmediate } from 'node:timers/promises';
import type { Selectable } from 'kysely';
import type { Candid, ObjectId } from '../../pipeline/alert.ts';
import { keepValue, readValue } from '../key-value.ts';
import { type Db, inIntake } from '../open-store.ts';
import type { CountName, SherlockTable } from '../schema.ts';
import { addToCount, allCounts } from './counts.ts';
import { refreshPool } from './pool.ts';

/** A position in ICRS degrees. */
interface Position {
  readonly ra: number;
  readonly dec: number;
}

export interface ObjectPosition extends Position {
  readonly objectId: ObjectId;
}

export const countWaitingLookups = async (db: Db): Promise<number> => (await countLookups(db)).waiting;

/** Stored results (JSON) of these objects. */
export const savedResults = async (
  db: Db,
  objectIds: readonly ObjectId[],
): Promise<Map<ObjectId, string>> => {
  if (objectIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('sherlock')
    .select(['object_id', 'result'])
    .where('object_id', 'in', objectIds)
    .where('result', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ object_id, result }) => (result === null ? [] : [[object_id, result]])));
};

/** Stored results (JSON) with positions, in a box around a position; degrees. */
export const resultsNear = async (
  db: Db,
  { ra, dec }: Position,
  radius: number,
): Promise<{ readonly ra: number; readonly dec: number; readonly result: string }[]> => {
  const shrink = Math.cos((Math.min(90, Math.abs(dec) + radius) * Math.PI) / 180);
  const reach = radius / shrink;
  const rows = await db
    .selectFrom('sherlock')
    .select(['ra', 'dec', 'result'])
    .where('dec', '>=', dec - radius)
    .where('dec', '<=', dec + radius)
    // Across 0h the box has two halves.
    .where((eb) =>
      eb.or([
        eb.between('ra', ra - reach, ra + reach),
        eb.between('ra', ra - reach + 360, 360),
        eb.between('ra', 0, ra + reach - 360),
      ]),
    )
    .where('result', 'is not', null)
    .execute();
  return rows.flatMap(({ result, ...at }) => (result === null ? [] : [{ ...at, result }]));
};

/** Stores an object's result; an object of an excluded class leaves the pool. */
export const saveLookup = (
  db: Db,
  objectId: ObjectId,
  saved: {
    readonly class: string;
    readonly excluded: boolean;
    readonly result: string;
    readonly cached: boolean;
    readonly at: string;
  },
): Promise<void> =>
  inIntake(db, async (trx) => {
    const before = await trx
      .selectFrom('sherlock')
      .select(['class', 'excluded', 'saved_at'])
      .where('object_id', '=', objectId)
      .executeTakeFirst();
    if (before === undefined) return;
    const excluded = saved.excluded ? 1 : 0;
    await trx
      .updateTable('sherlock')
      .set({
        class: saved.class,
        excluded,
        result: saved.result,
        cached: saved.cached ? 1 : 0,
        saved_at: saved.at,
      })
      .where('object_id', '=', objectId)
      .execute();
    await addToCount(trx, before.saved_at === null ? 'lookups waiting' : foundName(before), -1);
    await addToCount(trx, foundName({ class: saved.class, excluded }), 1);
    await refreshPool(trx, [objectId]);
  });

const foundName = (row: Pick<Selectable<SherlockTable>, 'class' | 'excluded'>): CountName =>
  `${row.excluded === 1 ? 'excluded' : 'found'} ${row.class ?? ''}`;

/** The excluded classes that the marks below refer to. */
const EXCLUDED_FACT = 'excluded-classes';

/** Results per transaction; clicks are handled in between. */
const MARKED_AT_A_TIME = 200;

/**
 * Marks the results that exclude their object after the list of classes has changed, and updates the pool, some
 * hundred objects at a time. The next call continues an interrupted one.
 */
export const markExcluded = async (db: Db, classes: readonly string[]): Promise<void> => {
  const names = classes.map((name) => name.toUpperCase()).sort();
  if ((await readValue(db, EXCLUDED_FACT)) === JSON.stringify(names)) return;
  for (let after: ObjectId | null = ''; after !== null; ) {
    after = await markSome(db, names, after);
    await setImmediate();
  }
  await keepValue(db, EXCLUDED_FACT, JSON.stringify(names));
};

/** Marks the results after this object. @returns the last object; null at the end */
const markSome = (db: Db, names: readonly string[], after: ObjectId): Promise<ObjectId | null> =>
  inIntake(db, async (trx) => {
    const page = await trx
      .selectFrom('sherlock')
      .select(['object_id', 'class', 'excluded'])
      .select((eb) => eb('result', 'is not', null).as('found'))
      .where('object_id', '>', after)
      .orderBy('object_id')
      .limit(MARKED_AT_A_TIME)
      .execute();
    const changed: ObjectId[] = [];
    for (const { object_id, class: name, excluded: before, found } of page) {
      const excluded = name !== null && names.includes(name.toUpperCase()) ? 1 : 0;
      if (!found || excluded === before) continue;
      await trx.updateTable('sherlock').set({ excluded }).where('object_id', '=', object_id).execute();
      await addToCount(trx, foundName({ class: name, excluded: before }), -1);
      await addToCount(trx, foundName({ class: name, excluded }), 1);
      changed.push(object_id);
    }
    await refreshPool(trx, changed);
    return page.length < MARKED_AT_A_TIME ? null : (page.at(-1)?.object_id ?? null);
  });

export interface SherlockCounts {
  readonly waiting: number;
  readonly found: number;
  /** Excluded objects, by class. */
  readonly excluded: Readonly<Record<string, number>>;
}

/** Counts of lookups. */
export const countLookups = async (db: Db): Promise<SherlockCounts> => {
  const rows = await allCounts(db);
  const named = (prefix: string): (readonly [string, number])[] =>
    rows.flatMap(({ name, n }) =>
      name.startsWith(prefix) && n > 0 ? [[name.slice(prefix.length), n] as const] : [],
    );
  const excluded = named('excluded ');
  const sum = (counts: readonly (readonly [string, number])[]): number =>
    counts.reduce((total, [, n]) => total + n, 0);
  return {
    waiting: rows.find(({ name }) => name === 'lookups waiting')?.n ?? 0,
    found: sum(named('found ')) + sum(excluded),
    excluded: Object.fromEntries(excluded),
  };
};

/** Objects excluded by results since `since` (ISO 8601), by class. */
export const excludedSince = async (db: Db, since: string): Promise<Record<string, number>> => {
  const rows = await db
    .selectFrom('sherlock')
    .where('result', 'is not', null)
    .where('saved_at', '>', since)
    .groupBy(['class', 'excluded'])
    .select((eb) => ['class', 'excluded', eb.fn.countAll<number>().as('objects')])
    .orderBy('class')
    .execute();
  return Object.fromEntries(
    rows.flatMap((row) => (row.excluded === 1 ? [[row.class ?? '', row.objects] as const] : [])),
  );
};

/** An object's alerts with positions, and their candidates. */
export const alertsOfObject = (
  db: Db,
  objectId: ObjectId,
): Promise<{ readonly candid: Candid; readonly ra: number; readonly dec: number }[]> =>
  db.selectFrom('alerts').select(['candid', 'ra', 'dec']).where('object_id', '=', objectId).execute();

/** Candidates of open rounds among these alerts. */
export const openCandidatesOf = async (db: Db, candids: readonly Candid[]): Promise<number[]> => {
  if (candids.length === 0) return [];
  const rows = await db
    .selectFrom('rounds as r')
    .innerJoin('candidates as c', 'c.round_id', 'r.id')
    .where('r.state', '=', 'open')
    .where('c.candid', 'in', candids)
    .select('c.id')
    .execute();
  return rows.map(({ id }) => id);
};

export const candidateIdsOfObject = async (db: Db, objectId: ObjectId): Promise<number[]> => {
  const rows = await db
    .selectFrom('candidates as c')
    .innerJoin('rounds as r', 'r.id', 'c.round_id')
    .where('c.object_id', '=', objectId)
    .where('r.state', '=', 'open')
    .select('c.id')
    .execute();
  return rows.map(({ id }) => id);
};

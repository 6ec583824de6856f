import { setImmediate } from 'node:timers/promises';
import { type Insertable, sql } from 'kysely';
import type { ObjectId } from '../../pipeline/alert.ts';
import { type Db, inIntake } from '../open-store.ts';
import { rowIdentity } from '../postgres/dialect-words.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { SherlockTable } from '../schema.ts';
import { addToCount, readCounts } from './counts.ts';
import type { ObjectPosition } from './sherlock.ts';

export interface WaitingLookup extends ObjectPosition {
  readonly priority: number;
  readonly attempts: number;
}

/** Adds objects to the end of the queue, unless they are in it or have a result. Call it inside a transaction. */
export const queueLookups = async (db: Db, objects: readonly ObjectPosition[], at: string): Promise<void> => {
  const insert = repeatedInsert(db, (row: Insertable<SherlockTable>) =>
    db
      .insertInto('sherlock')
      .values(row)
      .onConflict((conflict) => conflict.column('object_id').doNothing()),
  );
  let queued = 0;
  for (const { objectId, ra, dec } of objects) {
    queued += await insert({ object_id: objectId, ra, dec, priority: 0, queued_at: at });
  }
  await addToCount(db, 'lookups waiting', queued);
};

const QUEUED_AT_A_TIME = 2000;

/**
 * Queues every stored object that is neither queued nor looked up, except simulated ones; some thousand at a
 * time, so that others can use the store.
 */
export const queueMissingLookups = async (db: Db, simulatedPrefix: string, at: string): Promise<void> => {
  let after = '';
  while (true) {
    const page = await db
      .selectFrom('objects as o')
      .leftJoin('sherlock as s', 's.object_id', 'o.object_id')
      .where('o.object_id', '>', after)
      .select(['o.object_id', 'o.ra', 'o.dec', 's.queued_at'])
      .orderBy('o.object_id')
      .limit(QUEUED_AT_A_TIME)
      .execute();
    const last = page.at(-1)?.object_id;
    if (last === undefined) return;
    const missing = page.filter(
      ({ object_id, queued_at }) => queued_at === null && !object_id.startsWith(simulatedPrefix),
    );
    if (missing.length > 0) {
      await inIntake(db, (trx) =>
        queueLookups(
          trx,
          missing.map(({ object_id, ra, dec }) => ({ objectId: object_id, ra, dec })),
          at,
        ),
      );
    }
    after = last;
    await setImmediate();
  }
};

/** Objects whose next try is due, most important first, longest waiting first among equals. */
export const waitingLookups = async (db: Db, limit: number, now: string): Promise<WaitingLookup[]> => {
  const rows = await db
    .selectFrom('sherlock')
    .select(['object_id', 'ra', 'dec', 'priority', 'attempts'])
    .where('result', 'is', null)
    .where((eb) => eb.or([eb('retry_at', 'is', null), eb('retry_at', '<=', now)]))
    .orderBy('priority', 'desc')
    .orderBy('queued_at')
    .limit(limit)
    .execute();
  return rows.map(({ object_id, ...rest }) => ({ objectId: object_id, ...rest }));
};

export const saveLookupFailure = async (
  db: Db,
  objectId: ObjectId,
  reason: string,
  retryAt: string,
): Promise<void> => {
  await db
    .updateTable('sherlock')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), reason, retry_at: retryAt }))
    .where('object_id', '=', objectId)
    .execute();
};

export const recordLookupCall = async (db: Db, at: string): Promise<void> => {
  await db.insertInto('sherlock_calls').values({ at }).execute();
};

export const forgetLookupCall = async (db: Db, at: string): Promise<void> => {
  const row = rowIdentity(db);
  await sql`delete from sherlock_calls where ${row} =
    (select ${row} from sherlock_calls where at = ${at} limit 1)`.execute(db);
};

/** Times of calls after `since`, ascending. */
export const lookupCallsSince = async (db: Db, since: string): Promise<string[]> => {
  const rows = await db
    .selectFrom('sherlock_calls')
    .select('at')
    .where('at', '>', since)
    .orderBy('at')
    .execute();
  return rows.map(({ at }) => at);
};

export const pruneLookupCalls = async (db: Db, before: string): Promise<void> => {
  await db.deleteFrom('sherlock_calls').where('at', '<', before).execute();
};

/** A value that changes whenever the queue may need a new order: with a round, a model or new objects. */
export const priorityInputs = async (db: Db): Promise<string> => {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('candidates')
        .select((e) => e.fn.max('id').as('id'))
        .as('candidate'),
      eb
        .selectFrom('models')
        .select((e) => e.fn.max('id').as('id'))
        .as('model'),
      eb
        .selectFrom('rounds')
        .select((e) => e.fn.max('closed_at').as('at'))
        .as('closed'),
    ])
    .executeTakeFirstOrThrow();
  const count = await readCounts(db);
  return JSON.stringify({ ...row, objects: count('objects') });
};

const ORDERED_AT_A_TIME = 500;

/**
 * Orders the queue by how soon an object may be asked about: open candidates (3); scored objects by the latest
 * model's uncertainty (2 for p = 0.5 down to 1); other objects, newest first (below 1); objects that cannot enter
 * the pool (-1). Works on some hundred objects at a time, so that others can use the store.
 */
export const orderLookups = async (db: Db): Promise<void> => {
  let after = '';
  while (true) {
    const page = await db
      .selectFrom('sherlock')
      .select('object_id')
      .where('result', 'is', null)
      .where('object_id', '>', after)
      .orderBy('object_id')
      .limit(ORDERED_AT_A_TIME)
      .execute();
    const last = page.at(-1)?.object_id;
    if (last === undefined) return;
    await sql`
      update sherlock set priority = coalesce(
        (select 3.0 from candidates c join rounds r on r.id = c.round_id
          where c.object_id = sherlock.object_id and c.state = 'open' and r.state = 'open' limit 1),
        (select 2.0 - 2.0 * min(abs(s.p - 0.5)) from scores s join alerts a on a.candid = s.candid
          left join labels l on l.object_id = a.object_id
          where a.object_id = sherlock.object_id and l.object_id is null
            and s.model_id = (select max(id) from models)),
        (select case when max(f.ndets) >= 1 then max(a.jd) / 10000000.0 else -1.0 end
          from alerts a join features f on f.candid = a.candid where a.object_id = sherlock.object_id),
        0.0)
      where result is null and object_id > ${after} and object_id <= ${last}`.execute(db);
    after = last;
    await setImmediate();
  }
};

/** Reasons of failed lookups that are still waiting, most frequent first. */
export const countLookupFailures = async (
  db: Db,
): Promise<{ readonly reason: string; readonly count: number }[]> => {
  const rows = await db
    .selectFrom('sherlock')
    .where('result', 'is', null)
    .where('reason', 'is not', null)
    .groupBy('reason')
    .select((eb) => ['reason', eb.fn.countAll<number>().as('count')])
    .orderBy('count', 'desc')
    .execute();
  return rows.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count }]));
};

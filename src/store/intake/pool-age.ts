import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { keepValue, readValue } from '../key-value.ts';
import { type Db, inIntake } from '../open-store.ts';
import { addToCount } from './counts.ts';
import { POOL_SINCE_FACT, refreshPool } from './pool.ts';

const DAY_MS = 86_400_000;

/** Objects per transaction; clicks are handled in between. */
const AT_A_TIME = 200;

/** The earlier, shorter limit, while objects are still being put back. */
const RETURNING_FACT = 'pool-returning';
const LEFT_FACT = 'pool-left';

const leftSchema = z.object({ at: z.string(), objects: z.number(), days: z.number() });

/** When objects last left the pool by age, how many, and the limit in days. */
export type PoolLeft = z.infer<typeof leftSchema>;

/** How long departures are remembered. */
const KEPT_MS = 9 * DAY_MS;
/** Older versions kept the last one alone. */
const departuresSchema = z.union([z.array(leftSchema), leftSchema.transform((last) => [last])]);

const readDepartures = async (db: Db): Promise<readonly PoolLeft[]> => {
  const text = await readValue(db, LEFT_FACT);
  return text === null ? [] : departuresSchema.parse(JSON.parse(text));
};

export const readPoolLeft = async (db: Db): Promise<PoolLeft | null> =>
  (await readDepartures(db)).at(-1) ?? null;

/** What left the pool since then (ISO 8601), for how many days it had not been seen; null where nothing did. */
export const poolLeftSince = async (db: Db, since: string): Promise<Omit<PoolLeft, 'at'> | null> => {
  const left = (await readDepartures(db)).filter(({ at }) => at > since);
  const last = left.at(-1);
  const objects = left.reduce((total, one) => total + one.objects, 0);
  return last === undefined ? null : { objects, days: last.days };
};

/** Counts objects that left, in the transaction that takes them out. */
const noteDeparture = async (trx: Db, one: PoolLeft): Promise<void> => {
  const oldest = new Date(Date.parse(one.at) - KEPT_MS).toISOString();
  const before = (await readDepartures(trx)).filter(({ at }) => at > oldest);
  const begun = before.find(({ at, days }) => at === one.at && days === one.days);
  const others = before.filter((other) => other !== begun);
  const left = [...others, { ...one, objects: one.objects + (begun?.objects ?? 0) }];
  await keepValue(trx, LEFT_FACT, JSON.stringify(left));
};

/**
 * Removes objects without an alert for `days` from the pool, some hundred at a time; 0 days keeps all. A new
 * alert or a higher setting puts an object back. Days count back from the newest alert, not from today: without
 * new alerts nothing leaves. Labels and candidates stay.
 * @returns how many left
 */
export const agePool = async (db: Db, days: number, at: Date): Promise<number> => {
  const newest = await db
    .selectFrom('alerts')
    .select((eb) => eb.fn.max('stored_at').as('at'))
    .executeTakeFirst();
  const since =
    days === 0 || newest?.at == null ? '' : new Date(Date.parse(newest.at) - days * DAY_MS).toISOString();
  await inIntake(db, async (trx) => {
    const before = (await readValue(trx, POOL_SINCE_FACT)) ?? '';
    if (since < before && ((await readValue(trx, RETURNING_FACT)) ?? '') < before)
      await keepValue(trx, RETURNING_FACT, before);
    await keepValue(trx, POOL_SINCE_FACT, since);
  });
  await putBack(db, since);
  let left = 0;
  for (let some = AT_A_TIME; some === AT_A_TIME; left += some) {
    some = await takeOut(db, since, { at: at.toISOString(), days });
    await setImmediate();
  }
  return left;
};

/** Takes some out that were not seen since. @returns how many */
const takeOut = (db: Db, since: string, run: Omit<PoolLeft, 'objects'>): Promise<number> =>
  inIntake(db, async (trx) => {
    const unseen = trx
      .selectFrom('pool')
      .select('same_as')
      .where('seen', '<', since)
      .orderBy('seen')
      .limit(AT_A_TIME);
    const gone = await trx.deleteFrom('pool').where('same_as', 'in', unseen).executeTakeFirst();
    const n = Number(gone.numDeletedRows);
    await addToCount(trx, 'pool', -n);
    if (n > 0) await noteDeparture(trx, { ...run, objects: n });
    return n;
  });

/** Puts back objects that a longer limit includes again. */
const putBack = async (db: Db, since: string): Promise<void> => {
  const until = (await readValue(db, RETURNING_FACT)) ?? '';
  if (until <= since) return;
  let after = { stored_at: since, candid: '' };
  for (;;) {
    const page = await db
      .selectFrom('alerts')
      .select(['object_id', 'stored_at', 'candid'])
      .where('stored_at', '>=', after.stored_at)
      .where((eb) => eb(eb.refTuple('stored_at', 'candid'), '>', eb.tuple(after.stored_at, after.candid)))
      .where('stored_at', '<', until)
      .orderBy('stored_at')
      .orderBy('candid')
      .limit(AT_A_TIME)
      .execute();
    const last = page.at(-1);
    if (last === undefined) break;
    await inIntake(db, (trx) => refreshPool(trx, [...new Set(page.map(({ object_id }) => object_id))]));
    after = last;
    await setImmediate();
  }
  await keepValue(db, RETURNING_FACT, '');
};

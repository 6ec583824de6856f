import { setImmediate } from 'node:timers/promises';
import type { DustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { keepFact, readFact } from '../../store/facts.ts';
import { alertsForEbv, setEbv } from '../../store/intake/features.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';

/** Which kind of map the store's values come from. */
const SOURCE_FACT = 'ebv-source';
/** Four pixels and one update each: some milliseconds together. */
const AT_A_TIME = 200;

/**
 * Puts E(B-V) into the features of stored alerts that have none; all of them anew when the values there
 * come from a coarser map than this one. Can be stopped at any point and done again.
 * @returns how many alerts got a value
 */
export const fillEbv = async (db: Db, dust: DustMap, signal?: AbortSignal): Promise<number> => {
  const source = await readFact(db, SOURCE_FACT);
  const all = source !== null && JSON.parse(source) === 'coarse' && dust.kind === 'sfd';
  let filled = 0;
  let after = '';
  while (signal?.aborted !== true) {
    const alerts = await alertsForEbv(db, after, AT_A_TIME, all);
    const last = alerts.at(-1);
    if (last === undefined) {
      await keepFact(db, SOURCE_FACT, JSON.stringify(dust.kind));
      return filled;
    }
    const values = alerts.flatMap(({ candid, ra, dec }) => {
      const ebv = dust.ebv(ra, dec);
      return ebv === null ? [] : [{ candid, ebv }];
    });
    await inTransaction(db, (trx) => setEbv(trx, values));
    filled += values.length;
    after = last.candid;
    await setImmediate();
  }
  return filled;
};

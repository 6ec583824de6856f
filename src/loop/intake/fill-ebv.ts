import { setImmediate } from 'node:timers/promises';
import type { DustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { alertsForEbv, setEbv } from '../../store/intake/features.ts';
import { openCandidatesOf } from '../../store/intake/sherlock.ts';
import { type Db, inIntake } from '../../store/open-store.ts';
import { cardKey } from '../round-messages.ts';

/** Four pixels and one update each: some milliseconds together. */
const AT_A_TIME = 200;

const fill = async (
  db: Db,
  dust: DustMap,
  which: 'missing' | 'coarse',
  signal: AbortSignal | undefined,
): Promise<number> => {
  let filled = 0;
  let after = '';
  while (signal?.aborted !== true) {
    const alerts = await alertsForEbv(db, after, AT_A_TIME, which);
    const last = alerts.at(-1);
    if (last === undefined) break;
    const values = alerts.flatMap(({ candid, ra, dec }) => {
      const ebv = dust.ebv(ra, dec);
      return ebv === null ? [] : [{ candid, ebv }];
    });
    const candids = values.map(({ candid }) => candid);
    await inIntake(db, async (trx) => {
      await setEbv(trx, values, dust.kind);
      await wantRedraw(trx, (await openCandidatesOf(trx, candids)).map(cardKey));
    });
    filled += values.length;
    after = last.candid;
    await setImmediate();
  }
  return filled;
};

/**
 * Puts E(B-V) into the features of stored alerts that have none; with the full maps also in place of values
 * from a coarse one. Open cards are drawn again. Can be stopped at any point and done again.
 * @returns how many alerts got a value
 */
export const fillEbv = async (db: Db, dust: DustMap, signal?: AbortSignal): Promise<number> => {
  const missing = await fill(db, dust, 'missing', signal);
  return missing + (dust.kind === 'sfd' ? await fill(db, dust, 'coarse', signal) : 0);
};

import type { Candid } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';
import { hasStamps, openStamps, stampsOf } from '../stamps/stamps.ts';

/** What became of a store's stamps. */
export interface MovedStamps {
  /** Alerts whose stamps were moved. */
  readonly stamps: number;
  /** Alerts whose stamps could not be read, and why the first of them; their cards say so before and after. */
  readonly lostStamps: number;
  readonly why: string | null;
}

/** Some megabytes. */
const AT_A_TIME = 100;

interface Options {
  readonly onProgress?: ((table: string, done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Moves stamps to where the target has them; the alerts are there already. Both are transactions. */
export const transferStamps = async (
  from: Db,
  to: Db,
  { onProgress, signal }: Options,
): Promise<MovedStamps> => {
  const store = await openStamps(to);
  let stamps = 0;
  let lostStamps = 0;
  let why: string | null = null;
  try {
    for (let after: Candid = ''; ; ) {
      signal?.throwIfAborted();
      const page = await from
        .selectFrom('stamp_places')
        .select(['candid', 'segment', 'night'])
        .where('candid', '>', after)
        .orderBy('candid')
        .limit(AT_A_TIME)
        .execute();
      const found = [];
      for (const { candid, segment, night } of page) {
        if (segment === null) {
          const place = { candid, segment, position: 0, length: 0, night };
          await to.insertInto('stamp_places').values(place).execute();
          continue;
        }
        const { stamps: own, noStamps } = await stampsOf(from, candid);
        if (hasStamps({ stamps: own })) found.push({ candid, stamps: own, night });
        else {
          lostStamps += 1;
          why ??= noStamps;
        }
      }
      const note = await store.put(found);
      for (const { candid } of found) await note(to, candid);
      stamps += found.length;
      onProgress?.('stamps', stamps);
      const last = page.at(-1);
      if (last === undefined) return { stamps, lostStamps, why };
      after = last.candid;
    }
  } finally {
    await store.close();
  }
};

import type { Alert, HistoryPoint } from '../../pipeline/alert.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { createSkyCache } from '../../pipeline/enrich/sky/sky-cache.ts';
import type { SkyImage } from '../../pipeline/enrich/sky/sky-client.ts';
import { historyOf } from '../../store/intake/histories.ts';
import type { Db } from '../../store/open-store.ts';

/** What a card's picture shows beside its packet. */
export interface Beside {
  /** The object's whole light curve; null where it is not here. */
  readonly history: readonly HistoryPoint[] | null;
  /** The place in colour; null where there is no image. */
  readonly sky: SkyImage | null;
}

/** Where sky images are kept, and how large that folder may grow, bytes. */
export interface SkyPlace {
  readonly folder: string;
  readonly mostBytes: number;
}

/** What the store and the disk have; asks no service. */
export const knownBeside = async (db: Db, sky: SkyPlace, alert: Alert): Promise<Beside> => ({
  history: await historyOf(db, alert.objectId),
  sky: isSimulated(alert.objectId) ? null : await createSkyCache(sky.folder, sky.mostBytes).read(alert),
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import type { Alert, HistoryPoint } from '../../pipeline/alert.ts';
import { createHistoryClient } from '../../pipeline/enrich/history/history-client.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { createSkyCache } from '../../pipeline/enrich/sky/sky-cache.ts';
import type { SkyImage } from '../../pipeline/enrich/sky/sky-client.ts';
import { createSkyClient } from '../../pipeline/enrich/sky/sky-client.ts';
import { createSkyImages } from '../../pipeline/enrich/sky/sky-images.ts';
import { simulatedHistory } from '../../simulation/simulated-history.ts';
import { wantSentRedraw } from '../../store/chat/messages.ts';
import { askedAbout, historyOf } from '../../store/intake/histories.ts';
import type { Db } from '../../store/open-store.ts';
import { cardKey } from '../round-messages.ts';
import { createHistories } from './histories.ts';
import type { Beside, SkyPlace } from './known-beside.ts';

/** What is known of a candidate beside its packet; fetched when its round opens, in time for its card. */
export interface Surroundings {
  /** There may be new candidates. */
  wake(): void;
  /** What is known so far; for a candidate it waits briefly for fetches under way. Never rejects. */
  of(alert: Alert): Promise<Beside>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export interface SurroundingsOptions {
  readonly db: Db;
  /** Address of Fink's API; null: no light curves are asked for. */
  readonly finkApi: string | null;
  /** Address of hips2fits; null: no images are asked for. */
  readonly hips2fits: string | null;
  readonly sky: SkyPlace;
  readonly simulationSeed: number;
  /** Called when a card may have to be drawn again. */
  readonly onMessages: () => void;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Longest that a picture waits for fetches under way, ms. */
  readonly patienceMs?: number;
}

/** A card's picture is waited for twice as long. */
const PATIENCE_MS = 4_000;
const FROM_DISK_MS = 100;

/** Resolves to null when `ms` are over first. */
const within = <T>(ms: number, work: Promise<T>): Promise<T | null> =>
  Promise.race([work, sleep(ms, null, { ref: false })]);

export const createSurroundings = (options: SurroundingsOptions): Surroundings => {
  const { db, finkApi, hips2fits, simulationSeed, onMessages, clock, patienceMs = PATIENCE_MS } = options;
  const log = options.log.child({ part: 'surroundings' });
  const histories = createHistories({
    db,
    client: finkApi === null ? null : createHistoryClient({ url: finkApi }),
    simulate: (alert) => simulatedHistory(alert, simulationSeed),
    onSaved: async (candidateIds) => {
      // A card that is not posted yet has it anyway.
      await wantSentRedraw(db, candidateIds.map(cardKey));
      onMessages();
    },
    clock,
    log,
  });
  const skies =
    hips2fits === null
      ? null
      : createSkyImages({
          client: createSkyClient({ url: hips2fits }),
          cache: createSkyCache(options.sky.folder, options.sky.mostBytes),
          log,
        });

  const ahead = new Set<number>();
  /** At a round's opening, so that the images are here when the cards are drawn; each once. */
  const fetchSkies = async (): Promise<void> => {
    if (skies === null) return;
    for (const place of await askedAbout(db)) {
      if (isSimulated(place.objectId) || ahead.has(place.candidateId)) continue;
      ahead.add(place.candidateId);
      void skies.at(place).then((image) => image ?? ahead.delete(place.candidateId));
    }
  };

  const historyFor = async ({ objectId }: Alert): Promise<readonly HistoryPoint[] | null> => {
    const known = await historyOf(db, objectId);
    if (known !== null) return known;
    await histories.settled(objectId, patienceMs);
    return historyOf(db, objectId);
  };

  /** False after a timeout: then only the disk is waited for, until an image arrives again. */
  let hopeful = true;
  const skyFor = async (alert: Alert): Promise<SkyImage | null> => {
    if (skies === null || isSimulated(alert.objectId)) return null;
    const coming = skies.at(alert).then((image) => {
      if (image !== null) hopeful = true;
      return { image };
    });
    const came = await within(hopeful ? patienceMs : FROM_DISK_MS, coming);
    if (came === null) hopeful = false;
    return came?.image ?? null;
  };

  return {
    wake: () => {
      histories.wake();
      fetchSkies().catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'sky images were not fetched ahead'),
      );
    },
    of: async (alert) => {
      try {
        const [history, sky] = await Promise.all([historyFor(alert), skyFor(alert)]);
        return { history, sky };
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'a picture goes without what lies beside its packet');
        return { history: null, sky: null };
      }
    },
    stop: async () => {
      await Promise.all([histories.stop(), skies?.stop()]);
    },
  };
};

import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';
import { backOff } from '../../../lib/retry.ts';
import { ServiceError } from '../service-error.ts';
import type { Position } from '../sky-position.ts';
import type { SkyCache } from './sky-cache.ts';
import type { SkyClient, SkyImage } from './sky-client.ts';

/** Colour images of the sky, each fetched once. */
export interface SkyImages {
  /** The image of a place, fetched where it is not here; null when it cannot be had now. Never rejects. */
  at(position: Position): Promise<SkyImage | null>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export interface SkyImagesOptions {
  readonly client: SkyClient;
  readonly cache: SkyCache;
  readonly log: Pick<Logger, 'debug' | 'warn'>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Images fetched at a time. */
const AT_ONCE = 3;
/** Pauses after failures, ms, from the first to the longest; each is twice the one before. */
const FIRST_PAUSE = 10_000;
const LONGEST_PAUSE = 30 * 60_000;

export const createSkyImages = ({ client, cache, log, clock = Date.now }: SkyImagesOptions): SkyImages => {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<SkyImage | null>>();
  const turns: (() => void)[] = [];
  let busy = 0;
  let failures = 0;
  let pausedUntil = 0;

  const turn = async (): Promise<void> => {
    if (busy < AT_ONCE) busy += 1;
    else await new Promise<void>((resolve) => turns.push(resolve));
  };
  const done = (): void => {
    const next = turns.shift();
    if (next === undefined) busy -= 1;
    else next();
  };

  const failed = (error: unknown): void => {
    const asked = error instanceof ServiceError ? error.retryAfterMs : null;
    const wait = asked ?? backOff(FIRST_PAUSE, LONGEST_PAUSE, failures, Math.random);
    pausedUntil = clock() + wait;
    failures += 1;
    const fields = { error: messageOf(error), waitMs: wait };
    log[failures === 1 ? 'warn' : 'debug'](fields, 'a sky image could not be had; cards go without');
  };

  const fetched = async (position: Position): Promise<SkyImage | null> => {
    await turn();
    try {
      if (stopping.signal.aborted || clock() < pausedUntil) return null;
      const image = await client.fetch(position, stopping.signal);
      failures = 0;
      try {
        await cache.keep(position, image);
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'a sky image could not be kept; it is fetched again');
      }
      return image;
    } finally {
      done();
    }
  };

  const get = async (position: Position): Promise<SkyImage | null> => {
    try {
      return (await cache.read(position)) ?? (await fetched(position));
    } catch (error) {
      if (!stopping.signal.aborted) failed(error);
      return null;
    }
  };

  return {
    at: (position) => {
      const key = `${position.ra} ${position.dec}`;
      const running = underWay.get(key) ?? get(position).finally(() => underWay.delete(key));
      underWay.set(key, running);
      return running;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
};

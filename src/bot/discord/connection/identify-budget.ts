import type { APIGatewayBotInfo } from 'discord-api-types/v10';
import type { Logger } from 'pino';
import { z } from 'zod';
import { messageOf } from '../../../lib/errors.ts';
import { type BackOffOptions, doubled } from '../../../lib/retry.ts';
import { createWaits } from '../../../lib/waiting.ts';
import { keepValue, readValue } from '../../../store/key-value.ts';
import type { Db } from '../../../store/open-store.ts';

/** Discord takes one IDENTIFY in five seconds; some two a day are ordinary. */
export const IDENTIFY_BACK_OFF: BackOffOptions = { firstMs: 5_000, longestMs: 600_000 };

/** Where Discord gives no more, it is asked again after so many first pauses: a minute. */
const ASK_AGAIN = 12;

const NAME = 'discord-identifies';
const spentSchema = z.object({ count: z.number(), at: z.string() });

/** IDENTIFYs since a session last held for long, and when the last one was sent. */
type Spent = z.infer<typeof spentSchema>;

export interface IdentifyBudget {
  /** Resolves when a new session may be asked for. @throws Error only when the connection was closed meanwhile */
  wait(aborted: AbortSignal): Promise<void>;
  /** A session has held: the next pause is the first again. */
  held(): Promise<void>;
}

export interface IdentifyBudgetOptions {
  readonly db: Db;
  /** GET /gateway/bot, asked anew. */
  readonly limits: () => Promise<Pick<APIGatewayBotInfo, 'session_start_limit'>>;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly backOff?: BackOffOptions;
  readonly stopping: AbortSignal;
}

/**
 * Spares IDENTIFYs, of which a bot has 1,000 a day before Discord resets its token: each one in a row waits twice
 * as long as the one before, also over restarts, and where Discord says that none are left they wait for the next
 * day's. RESUME costs nothing, and comes first.
 */
export const createIdentifyBudget = (options: IdentifyBudgetOptions): IdentifyBudget => {
  const { db, limits, clock, log, stopping } = options;
  const { firstMs, longestMs } = options.backOff ?? IDENTIFY_BACK_OFF;

  const read = async (): Promise<Spent | null> => {
    const text = await readValue(db, NAME);
    return text === null ? null : spentSchema.parse(JSON.parse(text));
  };

  /** Ms until the next one, by our own count. */
  const ownPause = (spent: Spent | null): number => {
    if (spent === null || spent.count === 0) return 0;
    const since = clock().getTime() - Date.parse(spent.at);
    // A clock that was put back is no reason to wait for longer than ever.
    return since < 0 ? firstMs : Math.max(0, doubled(firstMs, longestMs, spent.count - 1) - since);
  };

  /** Ms until the next one, by Discord's count. */
  const discordsPause = async (): Promise<number> => {
    try {
      const { remaining, reset_after: resetAfter } = (await limits()).session_start_limit;
      if (remaining > 0) return 0;
      log.error(
        { minutes: Math.ceil(resetAfter / 60_000) },
        'Discord gives the bot no new session today: it waits, since one more try would reset its token',
      );
      return resetAfter;
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'Discord did not say how many sessions are left');
      return firstMs;
    }
  };

  /** Waits for as long as it takes. A session that cannot be counted is not asked for at once either. */
  const waitForLeave = async (aborted: AbortSignal): Promise<void> => {
    const over = AbortSignal.any([aborted, stopping]);
    const waits = createWaits(over);
    try {
      const spent = await read();
      await waits.sleep(ownPause(spent));
      for (let ms = await discordsPause(); ms > 0 && !over.aborted; ms = await discordsPause())
        await waits.sleep(Math.min(ms, ASK_AGAIN * firstMs));
      if (over.aborted) return;
      const next: Spent = { count: (spent?.count ?? 0) + 1, at: clock().toISOString() };
      await keepValue(db, NAME, JSON.stringify(next));
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'it could not be kept that a session was asked for');
      await waits.sleep(longestMs);
    }
  };

  return {
    wait: async (aborted) => {
      await waitForLeave(aborted);
      // The library takes a rejection for the end of this connection, and only where it has closed it itself.
      if (aborted.aborted) throw new Error('the connection was closed meanwhile');
      if (stopping.aborted) await new Promise<never>(() => undefined);
    },
    held: () => keepValue(db, NAME, JSON.stringify({ count: 0, at: clock().toISOString() } satisfies Spent)),
  };
};

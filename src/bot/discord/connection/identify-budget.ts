import type { APIGatewayBotInfo } from 'discord-api-types/v10';
import type { Logger } from 'pino';
import { z } from 'zod';
import { messageOf } from '../../../lib/errors.ts';
import { type BackOffOptions, doubled } from '../../../lib/retry.ts';
import { createWaits } from '../../../lib/waiting.ts';
import { keepValue, readValue } from '../../../store/key-value.ts';
import type { Db } from '../../../store/open-store.ts';

/** Discord takes one IDENTIFY in five seconds; about two a day are normal. */
export const IDENTIFY_BACK_OFF: BackOffOptions = { firstMs: 5_000, longestMs: 600_000 };

/** If no session is left, Discord is asked again after this many first pauses: a minute. */
const ASK_AGAIN = 12;

const NAME = 'discord-identifies';
const spentSchema = z.object({ count: z.number(), at: z.string() });

/** IDENTIFYs since the last session that held for long, and the time of the last one. */
type Spent = z.infer<typeof spentSchema>;

export interface IdentifyBudget {
  /** Resolves when a new session may be requested. @throws Error only if the connection was closed meanwhile */
  wait(aborted: AbortSignal): Promise<void>;
  /** A session has held: the next pause is the first again. */
  held(): Promise<void>;
}

export interface IdentifyBudgetOptions {
  readonly db: Db;
  /** Asks GET /gateway/bot. */
  readonly limits: () => Promise<Pick<APIGatewayBotInfo, 'session_start_limit'>>;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly backOff?: BackOffOptions;
  readonly stopping: AbortSignal;
}

/**
 * Saves IDENTIFYs: a bot has 1,000 a day before Discord resets its token. Each one in a row waits twice as long
 * as the last, also over restarts; with none left it waits for the next day. RESUME is free and tried first.
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
    // A clock that was set back must not lengthen the wait.
    return since < 0 ? firstMs : Math.max(0, doubled(firstMs, longestMs, spent.count - 1) - since);
  };

  /** Ms until the next one, by Discord's count. */
  const discordsPause = async (): Promise<number> => {
    try {
      const { remaining, reset_after: resetAfter } = (await limits()).session_start_limit;
      if (remaining > 0) return 0;
      log.error(
        { minutes: Math.ceil(resetAfter / 60_000) },
        'no new session is left today: the bot waits, since one more try would reset its token',
      );
      return resetAfter;
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'Discord did not say how many sessions are left');
      return firstMs;
    }
  };

  /** Waits as long as needed. If the count cannot be stored, it waits too. */
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
      log.warn({ error: messageOf(error) }, 'the request for a session could not be stored');
      await waits.sleep(longestMs);
    }
  };

  return {
    wait: async (aborted) => {
      await waitForLeave(aborted);
      // The library takes a rejection as the end of the connection, but only if it closed that itself.
      if (aborted.aborted) throw new Error('the connection was closed meanwhile');
      if (stopping.aborted) await new Promise<never>(() => undefined);
    },
    held: () => keepValue(db, NAME, JSON.stringify({ count: 0, at: clock().toISOString() } satisfies Spent)),
  };
};

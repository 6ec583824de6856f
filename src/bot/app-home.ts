import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { createBackOff } from '../lib/retry.ts';
import { createWaits } from '../lib/waiting.ts';
import { homesOpenedSince, keepHomeOpened } from '../store/chat/people.ts';
import type { Db } from '../store/open-store.ts';
import type { HomePage } from './content/said.ts';
import type { Chat } from './port.ts';

/** Keeps opened Home tabs in line with the store. */
export interface AppHome {
  /** A person opened their Home tab: draws it now, and again after every change. */
  opened(userId: string): Promise<void>;
  /** The store may have changed: redraws the opened tabs soon. */
  changed(): void;
  /** Finishes the call under way, then stops. */
  stop(): Promise<void>;
}

export interface AppHomeOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'refusal'> & { readonly showHome: NonNullable<Chat['showHome']> };
  /** Reads a person's page from the store. */
  readonly read: (userId: string) => Promise<HomePage>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Time from a change to the redraw, ms; changes within it share one redraw. */
  readonly settleMs?: number;
}

const SETTLE_MS = 1000;
/** Slack takes about 100 pages a minute; opened tabs and forms need some of them. */
const PACE_MS = 800;
const AWAY_BACK_OFF = { firstMs: 500, longestMs: 60_000 };
/** Tabs not opened for this long are no longer redrawn until their owner opens them again. */
const FORGET_MS = 30 * 86_400_000;

/**
 * One loop publishes one tab at a time, so an older drawing never replaces a newer one. A tab that the chat refuses
 * stays as it is until the next change; while the chat is away, tabs wait for it.
 */
export const createAppHome = ({
  db,
  chat,
  read,
  clock,
  log,
  settleMs = SETTLE_MS,
}: AppHomeOptions): AppHome => {
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);
  const urgent = new Set<string>();
  /** Tabs to redraw after a change, in order. */
  const queue = new Set<string>();
  /** When to look for changes, as performance.now(); null if nothing changed. */
  let lookAt: number | null = null;
  const pauses = createBackOff(AWAY_BACK_OFF);
  /** What each person's tab shows now. */
  const shown = new Map<string, string>();

  const changed = (): void => {
    if (lookAt !== null) return;
    lookAt = performance.now() + settleMs;
    waits.wake();
  };

  const show = async (userId: string, always: boolean): Promise<void> => {
    try {
      const page = await read(userId);
      const text = JSON.stringify(page);
      if (!always && shown.get(userId) === text) return;
      await chat.showHome(userId, page);
      shown.set(userId, text);
      pauses.reset();
    } catch (error) {
      const refusal = chat.refusal(error);
      if (refusal.kind === 'limited') {
        (always ? urgent : queue).add(userId);
        await waits.sleep(refusal.seconds * 1000);
        return;
      }
      if (refusal.kind === 'unsure') {
        log.debug({ user: userId, error: messageOf(error) }, 'a Home tab waits for the chat');
        // Last, so that one that fails for ever holds up no other for long.
        queue.delete(userId);
        queue.add(userId);
        await waits.sleep(pauses.next());
        return;
      }
      log.warn({ user: userId, error: messageOf(error) }, 'a Home tab could not be drawn');
    }
    if (!always) await waits.sleep(PACE_MS);
  };

  const step = async (): Promise<void> => {
    const [opener] = urgent;
    if (opener !== undefined) {
      urgent.delete(opener);
      queue.delete(opener);
      return show(opener, true);
    }
    if (lookAt !== null && performance.now() >= lookAt) {
      lookAt = null;
      const since = new Date(clock().getTime() - FORGET_MS).toISOString();
      for (const user of await homesOpenedSince(db, since)) queue.add(user);
    }
    const [next] = queue;
    if (next !== undefined) {
      queue.delete(next);
      return show(next, false);
    }
    // A tab may have been opened during the query.
    if (urgent.size === 0)
      await waits.untilWoken(lookAt === null ? null : Math.max(0, lookAt - performance.now()));
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        log.error({ error: messageOf(error) }, 'the Home tabs failed; they are redrawn with the next change');
        await waits.sleep(PACE_MS);
      }
    }
  };
  const running = run();

  return {
    opened: async (userId) => {
      urgent.add(userId);
      waits.wake();
      await keepHomeOpened(db, userId, clock().toISOString());
    },
    changed,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

/** For chats without Home pages. */
export const NO_APP_HOME: AppHome = {
  opened: async () => undefined,
  changed: () => undefined,
  stop: async () => undefined,
};

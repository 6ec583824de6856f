import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { createWaits } from '../lib/waiting.ts';
import { homesOpenedSince, keepHomeOpened } from '../store/chat/people.ts';
import type { Db } from '../store/open-store.ts';
import type { HomePage } from './content/said.ts';
import type { Chat } from './port.ts';

/** Keeps the Home tabs of those who look at them in line with the store. */
export interface AppHome {
  /** Somebody opened theirs: it is drawn at once, and again whenever something changes. */
  opened(userId: string): Promise<void>;
  /** Something may have changed: tabs opened before are drawn again soon. */
  changed(): void;
  /** Stops after the call under way. */
  stop(): Promise<void>;
}

export interface AppHomeOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'refusal'> & { readonly showHome: NonNullable<Chat['showHome']> };
  /** A person's page as the store has it. */
  readonly read: (userId: string) => Promise<HomePage>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Shortest time between a change and the tabs that show it, in ms; changes within it are shown together. */
  readonly settleMs?: number;
}

const SETTLE_MS = 1000;
/** A chat takes some 100 pages a minute; opened tabs and forms need some of them. */
const PACE_MS = 800;
/** Whoever has not looked for this long sees the tab as it was until they open it again. */
const FORGET_MS = 30 * 86_400_000;

/**
 * One loop publishes one tab after the other, so that an older drawing never replaces a newer one. A tab
 * that fails is left as it is until the next change; nothing waits for it.
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
  /** Tabs to draw after a change, in order. */
  const queue = new Set<string>();
  /** When to look for changes, by performance.now(); null while there are none. */
  let lookAt: number | null = null;
  /** What each person's tab shows. */
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
    } catch (error) {
      const refusal = chat.refusal(error);
      if (refusal.kind === 'limited') {
        (always ? urgent : queue).add(userId);
        await waits.sleep(refusal.seconds * 1000);
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
    // Somebody may have opened theirs while the store was asked.
    if (urgent.size === 0)
      await waits.untilWoken(lookAt === null ? null : Math.max(0, lookAt - performance.now()));
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        log.error({ error: messageOf(error) }, 'the Home tabs stumbled; they go on with the next change');
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

/** Where the chat has no Home pages there is nothing to keep. */
export const NO_APP_HOME: AppHome = {
  opened: async () => undefined,
  changed: () => undefined,
  stop: async () => undefined,
};

import type { Logger } from 'pino';

/** Watches for another program that holds the store. */
export interface StoreWaits {
  /** For `openStore`: told when something begins to wait, and with null when it waits no more. */
  onWait(since: Date | null): void;
  /** Since when something waits now; null while nothing does. */
  waitingSince(): Date | null;
}

/** Shorter waits are normal: two commands at the same time. */
const WORTH_A_WORD_MS = 2500;

/** @param saidAfterMs how long something waits before the log says so */
/** @param server what people see of the store's server; null for a store in a file */
export const createStoreWaits = (
  log: Logger,
  server: string | null,
  saidAfterMs = WORTH_A_WORD_MS,
): StoreWaits => {
  const words =
    server === null
      ? 'another program holds the store: answers and alerts wait until it lets go; close it'
      : `${server} cannot be reached, or does not let go: answers and alerts wait until it does; look at the server`;
  let waiting = 0;
  let began: Date | null = null;
  let said = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    onWait: (since) => {
      waiting += since === null ? -1 : 1;
      if (waiting === 1 && since !== null) {
        began = since;
        timer = setTimeout(() => {
          said = true;
          log.warn({ since: since.toISOString() }, words);
        }, saidAfterMs);
        timer.unref();
      }
      if (waiting > 0) return;
      clearTimeout(timer);
      began = null;
      if (said) log.info('the store is free again; what waited for it goes on');
      said = false;
    },
    waitingSince: () => began,
  };
};

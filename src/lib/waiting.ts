import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after so many ms, or at once when the signal is aborted. */
export const sleepUntilAborted = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

/** Waits that a stop ends at once. */
export interface Waits {
  /** Waits for `ms`; `wake` does not end it. */
  sleep(ms: number): Promise<void>;
  /** Waits until `wake` is called, for `ms` at most if that is told. */
  untilWoken(ms?: number | null): Promise<void>;
  /** Ends the waits that are in `untilWoken` now; later waits are not affected. */
  wake(): void;
}

export const createWaits = (stopping: AbortSignal): Waits => {
  const sleepers = new Set<() => void>();

  const wait = (ms: number | null, wakeable: boolean): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.aborted) return resolve();
      const timer = ms === null ? undefined : setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        stopping.removeEventListener('abort', done);
        sleepers.delete(done);
        resolve();
      }
      stopping.addEventListener('abort', done);
      if (wakeable) sleepers.add(done);
    });

  return {
    sleep: (ms) => wait(ms, false),
    untilWoken: (ms = null) => wait(ms, true),
    wake: () => {
      for (const wakeUp of [...sleepers]) wakeUp();
    },
  };
};

/** Work of which one run is under way at a time. */
export interface SharedRun<T> {
  /** Runs the work; during a run, the callers share that one's outcome. */
  run(): Promise<T>;
  /** The run under way; null if there is none. */
  underWay(): Promise<T> | null;
}

export const createSharedRun = <T>(work: () => Promise<T>): SharedRun<T> => {
  let current: Promise<T> | null = null;
  return {
    run: () => {
      current ??= work().finally(() => {
        current = null;
      });
      return current;
    },
    underWay: () => current,
  };
};

/** Gives turns, in the order they were asked for; each is given back by calling what it resolved to. */
export type TakeTurn = () => Promise<() => void>;

export const createTurns = (): TakeTurn => {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    const mine = Promise.withResolvers<void>();
    last = mine.promise;
    await before;
    return mine.resolve;
  };
};

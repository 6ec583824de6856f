import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../lib/errors.ts';

/** Longest that a clean end may take before the process goes anyway, in ms; the store survives that too. */
const SHUTDOWN_MS = 10_000;

/**
 * A second signal this soon is the same wish, in ms: Ctrl-C in a terminal reaches npm and the service, and npm
 * passes it on.
 */
const ONE_WISH_MS = 1000;

const sayFault = (error: unknown): void => {
  process.stderr.write(`finkvra: ${messageOf(error)}\n`);
};

/**
 * Starts a service and ends the process in order: with 0 on SIGINT and SIGTERM, with 1 and a sentence when it
 * cannot start or tells that it cannot go on. Asked again later the process goes at once.
 * @param start resolves to what stops the service; calls `onIncurable` when only a person can help
 */
export const runService = async (
  start: (onIncurable: (error: Error) => void) => Promise<() => Promise<void>>,
): Promise<void> => {
  // While it starts there is nothing to stop: the store survives an end at any point.
  let stop = async (): Promise<void> => undefined;
  let asked: number | null = null;
  const end = async (code: number): Promise<void> => {
    const now = performance.now();
    if (asked !== null) {
      if (now - asked > ONE_WISH_MS) process.exit(1);
      return;
    }
    asked = now;
    await Promise.race([stop(), sleep(SHUTDOWN_MS)]);
    process.exit(code);
  };
  process.on('SIGINT', () => end(0)).on('SIGTERM', () => end(0));
  try {
    stop = await start((error) => {
      sayFault(error);
      void end(1);
    });
  } catch (error) {
    sayFault(error);
    process.exit(1);
  }
};

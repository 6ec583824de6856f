import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../lib/errors.ts';

/** Longest that a clean end may take before the process goes anyway, in ms; the store survives that too. */
const SHUTDOWN_MS = 10_000;

const sayFault = (error: unknown): void => {
  process.stderr.write(`finkvra: ${messageOf(error)}\n`);
};

/**
 * Starts a service and ends the process in order: with 0 on SIGINT and SIGTERM, with 1 and a sentence when it
 * cannot start or tells that it cannot go on. Asked twice the process goes at once.
 * @param start resolves to what stops the service; calls `onIncurable` when only a person can help
 */
export const runService = async (
  start: (onIncurable: (error: Error) => void) => Promise<() => Promise<void>>,
): Promise<void> => {
  // While it starts there is nothing to stop: the store survives an end at any point.
  let stop = async (): Promise<void> => undefined;
  let stopped = false;
  const end = async (code: number): Promise<void> => {
    if (stopped) process.exit(1);
    stopped = true;
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

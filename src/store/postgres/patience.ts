import { setTimeout as sleep } from 'node:timers/promises';
import { backOff } from '../../lib/retry.ts';
import { isConflict, isLost, postgresError } from './postgres-errors.ts';

export interface PatienceOptions {
  /** Longest wait for an unreachable server, ms; by default 30 s. */
  readonly patienceMs?: number;
  /** Called when the store starts to wait for the server, and with null when the wait ends. */
  readonly onWait?: (since: Date | null) => void;
}

const PATIENCE_MS = 30_000;
/** First and longest pause between two tries, ms. */
const FIRST_MS = 20;
const LONGEST_MS = 1000;

/** Tries until the server is reachable and no other transaction conflicts. */
export type Patiently = <T>(attempt: () => Promise<T>) => Promise<T>;

/**
 * @param shown the store's address for people
 * @param closing ends the waits
 */
export const createPatience =
  (shown: string, { patienceMs = PATIENCE_MS, onWait }: PatienceOptions, closing: AbortSignal): Patiently =>
  async (attempt) => {
    let since: Date | null = null;
    try {
      for (let failures = 0; ; failures += 1) {
        try {
          return await attempt();
        } catch (error) {
          if (!isLost(error) && !isConflict(error)) throw postgresError(shown, error);
          if (since === null) {
            since = new Date();
            onWait?.(since);
          }
          if (Date.now() - since.getTime() >= patienceMs) throw postgresError(shown, error);
        }
        await sleep(backOff(FIRST_MS, LONGEST_MS, failures, Math.random), undefined, { signal: closing });
      }
    } finally {
      if (since !== null) onWait?.(null);
    }
  };

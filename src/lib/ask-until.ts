import { type BackOffOptions, createBackOff } from './retry.ts';
import { createWaits } from './waiting.ts';

export interface AskUntilOptions {
  /** The error that ends the asking, for an answer that no waiting changes; null where it may pass. */
  readonly refusal: (error: unknown) => Error | null;
  /** The pause that a limit asks for, in ms; 0 for another error. */
  readonly limitMs: (error: unknown) => number;
  readonly backOff: BackOffOptions;
  readonly stopping: AbortSignal;
  /** Called after each attempt that is made again. */
  readonly onAway?: (error: unknown) => void;
}

/**
 * Asks a service until it answers, with growing pauses, and none shorter than its limit asks for. `ask` neither
 * retries nor waits by itself.
 * @returns null when it was stopped before
 * @throws what `refusal` makes of the answer
 */
export const askUntil = async <T>(
  ask: () => Promise<T>,
  { refusal, limitMs, backOff, stopping, onAway }: AskUntilOptions,
): Promise<T | null> => {
  const waits = createWaits(stopping);
  const pauses = createBackOff(backOff);
  while (!stopping.aborted) {
    try {
      return await ask();
    } catch (error) {
      if (stopping.aborted) break;
      const refused = refusal(error);
      if (refused !== null) throw refused;
      onAway?.(error);
      await waits.sleep(Math.max(limitMs(error), pauses.next()));
    }
  }
  return null;
};

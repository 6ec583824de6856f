import { RateLimitError } from '@discordjs/rest';
import { type BackOffOptions, createBackOff } from '../../../lib/retry.ts';
import { createWaits } from '../../../lib/waiting.ts';

export interface AskUntilOptions {
  /** The error that ends the asking, for an answer that no waiting changes; null where it may pass. */
  readonly refusal: (error: unknown) => Error | null;
  readonly backOff: BackOffOptions;
  readonly stopping: AbortSignal;
  /** Called after each attempt that is made again. */
  readonly onAway?: (error: unknown) => void;
}

/**
 * Asks Discord until it answers, with growing pauses; a limit's own pause is kept to.
 * @returns null when it was stopped before
 * @throws what `refusal` makes of Discord's answer
 */
export const askUntil = async <T>(
  ask: () => Promise<T>,
  { refusal, backOff, stopping, onAway }: AskUntilOptions,
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
      await waits.sleep(Math.max(error instanceof RateLimitError ? error.retryAfter : 0, pauses.next()));
    }
  }
  return null;
};

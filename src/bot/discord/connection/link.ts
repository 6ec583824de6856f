import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';
import { type BackOffOptions, createBackOff } from '../../../lib/retry.ts';
import { createWaits } from '../../../lib/waiting.ts';

export interface LinkOptions {
  readonly backOff: BackOffOptions;
  readonly stopping: AbortSignal;
  /** Called when a session has been open for a while. */
  readonly onSteady: () => Promise<void>;
  readonly log: Logger;
}

/** The state of the connection, and when to try the next one. */
export interface Link {
  /** A session is open. */
  opened(): void;
  /** The connection was closed. @param why Discord's or the network's reason */
  closed(why: string): void;
  /** Discord is unreachable. */
  away(why: string): void;
  readonly isOpen: () => boolean;
  /** Waits before the next connection if the last ones failed. @returns failures in a row */
  beforeNext(): Promise<number>;
  stop(): void;
}

/** A session open for this long counts as a success. */
const STEADY_MS = 60_000;

/** Logs once that Discord is away and once that it is back. */
export const createLink = ({ backOff, stopping, onSteady, log }: LinkOptions): Link => {
  const waits = createWaits(stopping);
  const pauses = createBackOff(backOff);
  let open = false;
  /** Connections in a row that closed too early. */
  let failures = 0;
  let awaySince: number | null = null;
  let steady: NodeJS.Timeout | undefined;

  const away = (why: string): void => {
    if (awaySince !== null) return;
    awaySince = performance.now();
    log.warn({ error: why }, 'Discord is away: clicks cannot arrive; trying again until it is back');
  };

  return {
    opened: () => {
      open = true;
      failures = 0;
      pauses.reset();
      if (awaySince !== null)
        log.info({ seconds: Math.round((performance.now() - awaySince) / 1000) }, 'Discord is back');
      awaySince = null;
      clearTimeout(steady);
      steady = setTimeout(() => {
        onSteady().catch((error: unknown) =>
          log.debug({ error: messageOf(error) }, 'the success of a session could not be stored'),
        );
      }, STEADY_MS).unref();
    },
    closed: (why) => {
      clearTimeout(steady);
      // After a good session reconnect at once.
      if (!open) failures += 1;
      open = false;
      log.debug({ why, failures }, 'the connection to Discord was closed');
      if (failures > 0) away(why);
    },
    away,
    isOpen: () => open,
    beforeNext: async () => {
      if (failures > 0) await waits.sleep(pauses.next());
      return failures;
    },
    stop: () => clearTimeout(steady),
  };
};

import type { Logger } from 'pino';
import { pullWords } from '../../bot/content/status-content.ts';
import type { Config } from '../../config/config.ts';
import { lastRun } from '../../lib/cron-times.ts';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import { createSharedRun, createWaits } from '../../lib/waiting.ts';
import { type IngestProcess, ingestProcesses, requestPull } from '../../store/intake/ingest-processes.ts';
import { endedPulls } from '../../store/intake/pulls.ts';
import type { Db } from '../../store/open-store.ts';
import { parsePullAnswer, sumOfAnswers } from './pull-answers.ts';

/** Alerts that other processes take in: what a service that pulls nothing itself needs of them. */
export interface AlertsFrom {
  /** Has them pull now; resolves to what came in, in words. Null where nobody can be asked. */
  readonly ask: (() => Promise<string>) | null;
  /**
   * Calls `onAlerts` after others have taken alerts in.
   * @returns what ends it
   */
  watch(onAlerts: () => Promise<void>): () => Promise<void>;
  /** Resolves when what is due of their pulls is done, as far as that can be had. */
  pulled(): Promise<void>;
}

export interface AlertsFromOptions {
  readonly config: Pick<Config, 'pull' | 'timeZone'>;
  readonly db: Db;
  /** Whether there may be processes to ask: only beside a store that several can work on. */
  readonly canAsk: boolean;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** How often it is looked for what they have done, ms. */
  readonly everyMs?: number;
}

const EVERY_MS = 3000;
/** An answer to somebody who waits for it is looked for more often, ms. */
const ASKED_EVERY_MS = 500;
/** A round or a digest waits this long for a pull that was due before it, ms. */
const PATIENCE_MS = 15 * 60_000;
/** How far back a pull may have been due that a round waits for, ms. */
const DAY_MS = 86_400_000;

const NOBODY = 'No ingest process is running: start one (finkvra ingest) with the same STORE_URL.';

export const createAlertsFrom = (options: AlertsFromOptions): AlertsFrom => {
  const { config, db, canAsk, clock, log, signal, everyMs = EVERY_MS } = options;
  const waits = createWaits(signal);

  const ask = async (): Promise<string> => {
    const asked = await ingestProcesses(db);
    if (asked.length === 0) throw new FinkvraError(NOBODY);
    const request = await requestPull(db);
    for (;;) {
      const living = await ingestProcesses(db);
      const left = asked.filter(({ id }) => living.some((one) => one.id === id && one.answered < request));
      if (left.length === 0) {
        const answers = living
          .filter((one) => one.answered >= request)
          .flatMap(({ outcome }) => parsePullAnswer(outcome));
        return pullWords(sumOfAnswers(answers, asked.length));
      }
      await waits.sleep(Math.min(ASKED_EVERY_MS, everyMs));
      signal.throwIfAborted();
    }
  };

  const isAtIt = (one: IngestProcess, due: Date | null): boolean =>
    one.doing === 'pulls' || (due !== null && one.error === null && (one.pulledAt ?? '') < due.toISOString());

  const watch = (onAlerts: () => Promise<void>): (() => Promise<void>) => {
    const stopping = new AbortController();
    const either = AbortSignal.any([signal, stopping.signal]);
    const pauses = createWaits(either);
    const run = async (): Promise<void> => {
      let seen: string | null = null;
      while (!either.aborted) {
        try {
          const now = await endedPulls(db);
          seen ??= now;
          if (now !== seen && !(await ingestProcesses(db)).some(({ doing }) => doing === 'pulls')) {
            seen = now;
            await onAlerts();
          }
        } catch (error) {
          if (!either.aborted)
            log.error({ error: messageOf(error) }, 'what others took in could not be looked at; again soon');
        }
        await pauses.sleep(everyMs);
      }
    };
    const running = run();
    return async () => {
      stopping.abort();
      await running;
    };
  };

  return {
    ask: canAsk ? createSharedRun(ask).run : null,
    watch,
    pulled: async () => {
      if (!canAsk) return;
      const now = clock();
      const due = lastRun(config.pull.schedule, config.timeZone, new Date(now.getTime() - DAY_MS), now);
      const until = performance.now() + PATIENCE_MS;
      while (!signal.aborted && performance.now() < until) {
        if (!(await ingestProcesses(db)).some((one) => isAtIt(one, due))) return;
        await waits.sleep(everyMs);
      }
    },
  };
};

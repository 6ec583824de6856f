import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { backOff, doubled } from '../../lib/retry.ts';
import { createWaits } from '../../lib/waiting.ts';
import type { Alert, HistoryPoint, ObjectId } from '../../pipeline/alert.ts';
import type { HistoryClient } from '../../pipeline/enrich/history/history-client.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { ServiceError } from '../../pipeline/enrich/service-error.ts';
import { findAlert } from '../../store/intake/alerts.ts';
import {
  type MissingHistory,
  missingHistories,
  saveHistory,
  saveHistoryFailure,
} from '../../store/intake/histories.ts';
import type { Db } from '../../store/open-store.ts';
import { findCandidate } from '../../store/rounds/rounds.ts';

export interface HistoriesOptions {
  readonly db: Db;
  /** Null: of real objects nothing is asked. */
  readonly client: HistoryClient | null;
  /** What the archive would have of a simulated object. */
  readonly simulate: (alert: Alert) => HistoryPoint[];
  /** Called after light curves came, with the candidates they are of. */
  readonly onSaved: (candidateIds: readonly number[]) => Promise<void>;
  readonly clock: () => Date;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>;
}

/** The whole light curves of the open round's candidates, fetched in the background. */
export interface Histories {
  /** There may be new candidates. */
  wake(): void;
  /**
   * Resolves when the light curve of a candidate's object is in the store, when it cannot be had now, or after
   * `ms`. After one timeout calls resolve at once, until a light curve arrives again.
   */
  settled(objectId: ObjectId, ms: number): Promise<void>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

/** Objects asked for in one call. */
const IN_ONE_CALL = 5;
const MINUTE = 60_000;
/** After a failure an object waits from a minute to six hours, and all of them from 5 s to half an hour. */
const OBJECT_PAUSE = { first: MINUTE, longest: 360 * MINUTE } as const;
const SERVICE_PAUSE = { first: 5_000, longest: 30 * MINUTE } as const;
/** How often a queue that waits for nothing but the store is looked at, ms. */
const LOOK_EVERY = MINUTE;

/** Who waits for which object's light curve. */
interface Waiting {
  /** Resolves when the object is settled, or after `ms`: then the next ones do not wait at all until `hope`. */
  until(objectId: ObjectId, ms: number): Promise<void>;
  settle(objectId: ObjectId): void;
  settleAll(): void;
  hope(): void;
}

const createWaiting = (): Waiting => {
  const waiting = new Map<ObjectId, Set<() => void>>();
  let hopeful = true;
  const settle = (objectId: ObjectId): void => {
    for (const resolve of waiting.get(objectId) ?? []) resolve();
    waiting.delete(objectId);
  };
  return {
    until: async (objectId, ms) => {
      if (!hopeful) return;
      await new Promise<void>((resolve) => {
        const others = waiting.get(objectId) ?? new Set();
        const timer = setTimeout(() => {
          hopeful = false;
          others.delete(done);
          resolve();
        }, ms);
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        waiting.set(objectId, others.add(done));
      });
    },
    settle,
    settleAll: () => {
      for (const objectId of [...waiting.keys()]) settle(objectId);
    },
    hope: () => {
      hopeful = true;
    },
  };
};

/**
 * Fetches missing light curves, those of the first cards first. The queue is worked out from the store, so a
 * restart loses nothing. However slow the service is, a card waits for it briefly.
 */
export const createHistories = (options: HistoriesOptions): Histories => {
  const { db, client, simulate, onSaved, clock, log } = options;
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);
  const waiting = createWaiting();
  let wakes = 0;
  let outage = 0;
  let pausedUntil = 0;

  const keep = async (missing: MissingHistory, history: readonly HistoryPoint[]): Promise<void> => {
    await saveHistory(db, missing.objectId, history, clock().toISOString());
    waiting.settle(missing.objectId);
    try {
      await onSaved([missing.candidateId]);
    } catch (error) {
      log.warn({ objectId: missing.objectId, error: messageOf(error) }, 'a card keeps its old History line');
    }
  };

  const simulateOne = async (missing: MissingHistory): Promise<void> => {
    const candidate = await findCandidate(db, missing.candidateId);
    const alert = candidate === undefined ? null : await findAlert(db, candidate.candid);
    await keep(missing, alert === null ? [] : simulate(alert));
    // Some milliseconds each: others have their turn in between.
    await turn();
  };

  const onFailure = async (asked: readonly MissingHistory[], error: unknown): Promise<void> => {
    const now = clock().getTime();
    const told = error instanceof ServiceError ? error.retryAfterMs : null;
    const pause = told ?? backOff(SERVICE_PAUSE.first, SERVICE_PAUSE.longest, outage, Math.random);
    pausedUntil = now + pause;
    const fields = { objects: asked.map(({ objectId }) => objectId), error: messageOf(error), waitMs: pause };
    log[outage === 0 ? 'warn' : 'debug'](fields, 'light curves could not be had; cards go without');
    outage += 1;
    for (const { objectId, attempts } of asked) {
      const wait = doubled(OBJECT_PAUSE.first, OBJECT_PAUSE.longest, attempts);
      await saveHistoryFailure(db, objectId, {
        reason: messageOf(error),
        retryAt: new Date(now + wait).toISOString(),
      });
    }
    waiting.settleAll();
  };

  /** One call. What failed before is asked for alone, so that it spoils no other. */
  const ask = async (due: readonly MissingHistory[], by: HistoryClient): Promise<void> => {
    const fresh = due.filter(({ attempts }) => attempts === 0).slice(0, IN_ONE_CALL);
    const asked = fresh.length > 0 ? fresh : due.slice(0, 1);
    try {
      const found = await by.fetch(
        asked.map(({ objectId }) => objectId),
        stopping.signal,
      );
      if (outage > 0) log.info({ failures: outage }, 'light curves are there again');
      outage = 0;
      waiting.hope();
      for (const one of asked) await keep(one, found.get(one.objectId) ?? []);
    } catch (error) {
      if (stopping.signal.aborted) return;
      await onFailure(asked, error);
    }
  };

  const step = async (): Promise<void> => {
    const seen = wakes;
    const missing = await missingHistories(db);
    const simulated = missing.find(({ objectId }) => isSimulated(objectId));
    if (simulated !== undefined) return simulateOne(simulated);
    const now = clock().getTime();
    const retryAt = (one: MissingHistory): number => (one.retryAt === null ? 0 : Date.parse(one.retryAt));
    const due = client === null ? [] : missing.filter((one) => retryAt(one) <= now);
    if (client !== null && due.length > 0 && pausedUntil <= now) return ask(due, client);
    // Nothing is being fetched: end all waits.
    if (wakes === seen) waiting.settleAll();
    const next = client === null ? [] : missing.map((one) => Math.max(retryAt(one), pausedUntil) - now);
    if (wakes === seen) await waits.untilWoken(Math.max(1, Math.min(LOOK_EVERY, ...next)));
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ error: messageOf(error) }, 'the queue of light curves stumbled; it goes on in a minute');
        waiting.settleAll();
        await waits.sleep(LOOK_EVERY);
      }
    }
  };
  const running = run();

  const wake = (): void => {
    wakes += 1;
    waits.wake();
  };

  return {
    wake,
    settled: async (objectId, ms) => {
      if (!(await missingHistories(db)).some((one) => one.objectId === objectId)) return;
      if (stopping.signal.aborted) return;
      const settled = waiting.until(objectId, ms);
      wake();
      await settled;
    },
    stop: async () => {
      stopping.abort();
      waiting.settleAll();
      await running;
    },
  };
};

import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { createSharedRun } from '../lib/waiting.ts';
import { keepAllStamps, mayPrune, notePruned, plannedPruning } from '../loop/stamp-retention.ts';
import type { Db } from '../store/open-store.ts';
import { freePages, isWorthCompacting } from '../store/stamps/compact-store.ts';
import { missingSegments } from '../store/stamps/find-stamps.ts';
import { hasUnmoved } from '../store/stamps/move-stamps.ts';
import { runStampJob } from '../store/stamps/stamp-jobs.ts';
import { nightOf } from '../store/stamps/stamps.ts';
import type { DutyOutcome } from './duties.ts';

export interface StampCareOptions {
  readonly db: Db;
  readonly databasePath: string;
  /** Nights whose stamps are kept; 0: all. */
  readonly nights: number;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** What is done about stamps beside the rest of the service, in a thread of its own. */
export interface StampCare {
  /** Begins to move what an earlier version has left in the database, and to find what a restored store lacks. */
  begin(): void;
  /** The daily duty: says what goes, or deletes it. `nothing` while the move goes on. */
  prune(): Promise<DutyOutcome>;
  /** Ends whatever is under way; it goes on at the next start. */
  stop(): Promise<void>;
}

const PROGRESS_MS = 10_000;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const createStampCare = (options: StampCareOptions): StampCare => {
  const { db, databasePath, nights, clock, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const move = async (): Promise<void> => {
    try {
      if (!(await hasUnmoved(db))) return;
      log.info('moving stamps out of the database, into files beside it');
      let told = performance.now();
      const moved = await runStampJob('move', databasePath, {
        signal,
        onProgress: (done, total) => {
          if (performance.now() - told < PROGRESS_MS) return;
          told = performance.now();
          log.info({ done, total }, 'moving stamps out of the database');
        },
      });
      log.info({ moved, free: megabytes(freePages(databasePath).free) }, movedWords(databasePath));
    } catch (error) {
      if (!signal.aborted)
        log.error(
          { error: messageOf(error) },
          'moving stamps failed; it is tried again today or at the next start',
        );
    }
  };

  /** After a restore: what was kept of a file may have moved to another one since the backup. */
  const find = async (): Promise<void> => {
    try {
      if ((await missingSegments(db)).length === 0) return;
      const found = await runStampJob('find', databasePath, { signal });
      const files = (await missingSegments(db)).length;
      if (found > 0) log.info({ alerts: found }, 'stamps were found in other files');
      if (files > 0)
        log.warn({ files }, 'files of stamps are not there: cards of their alerts go out without stamps');
    } catch (error) {
      if (!signal.aborted) log.warn({ error: messageOf(error) }, 'stamps could not be looked for');
    }
  };

  const moving = createSharedRun(() => move().then(find));
  const begin = (): void => void moving.run();

  return {
    begin,
    prune: async () => {
      if (nights === 0) {
        await keepAllStamps(db);
        return 'done';
      }
      if (moving.underWay() !== null || (await hasUnmoved(db))) {
        begin();
        return 'nothing';
      }
      try {
        const before = nightOf(clock()) - nights;
        const plan = await runStampJob('plan', databasePath, { signal, before });
        if (await mayPrune(db, nights, plan, clock())) {
          const pruned = await runStampJob('prune', databasePath, { signal, before });
          await notePruned(db, nights, pruned, clock());
          const { alerts, freed } = pruned;
          if (alerts > 0) log.info({ alerts, freed: megabytes(freed) }, 'old stamps were deleted');
        } else {
          const planned = await plannedPruning(db);
          const going = { alerts: plan.alerts, size: megabytes(plan.bytes), on: planned?.on };
          log.warn(going, `stamps older than ${nights} nights will be deleted (STAMP_NIGHTS; 0 keeps all)`);
        }
        return 'done';
      } catch (error) {
        if (signal.aborted) return 'stopped';
        throw error;
      }
    },
    stop: async () => {
      stopping.abort(new Error('the service stops'));
      await moving.underWay();
    },
  };
};

const movedWords = (databasePath: string): string =>
  isWorthCompacting(databasePath)
    ? 'all stamps are in files now; the next start gives what is free in the database back to the disk'
    : 'all stamps are in files now';

/** Gives back what is free in a store, before anybody waits for an answer of it. */
export const compactAtStart = async (databasePath: string, log: Logger): Promise<void> => {
  try {
    if (!isWorthCompacting(databasePath)) return;
    log.info({ free: megabytes(freePages(databasePath).free) }, 'giving free space of the database back');
    const freed = await runStampJob('compact', databasePath);
    log.info({ freed: megabytes(freed) }, 'the database is smaller');
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the database keeps its free space until the next start');
  }
};

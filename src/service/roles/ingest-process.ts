import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../lib/errors.ts';
import { createSharedRun } from '../../lib/waiting.ts';
import type { PullSummary } from '../../loop/intake/pull.ts';
import {
  type IngestProcess,
  lastPullRequest,
  noteIngestProcess,
  removeIngestProcess,
} from '../../store/intake/ingest-processes.ts';
import type { Db } from '../../store/open-store.ts';
import { createDuties, ownRecords } from '../duties.ts';
import { pullDuty } from '../schedules.ts';
import { atEachMinute } from '../service-parts.ts';
import type { PullAnswer } from './pull-answers.ts';
import type { Puller } from './puller.ts';

export interface IngestOptions {
  readonly config: Config;
  readonly db: Db;
  readonly puller: Pick<Puller, 'pull'>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** How often the process says that it lives, and looks whether a pull was asked for, ms. */
  readonly everyMs?: number;
}

const EVERY_MS = 2000;

const answerOf = ({ read, kept, known, quarantined, filtered }: PullSummary): PullAnswer => ({
  read,
  kept,
  known,
  quarantined,
  filtered,
});

/** A process that pulls beside others, as the store and whoever looks at it know it. */
export interface IngestMember {
  /** Pulls; whoever asks meanwhile gets the same one. */
  pull(): Promise<PullSummary>;
  /** Takes its row out of the store. */
  leave(): Promise<void>;
}

/** Enters this process among those that take alerts in, and answers requests to pull until it leaves. */
export const joinIngest = async (options: Omit<IngestOptions, 'config'>): Promise<IngestMember> => {
  const { db, puller, clock, log, everyMs = EVERY_MS } = options;
  let row: IngestProcess = {
    id: randomUUID(),
    host: hostname(),
    pid: process.pid,
    since: clock().toISOString(),
    doing: 'waits',
    pulledAt: null,
    error: null,
    // What was asked for before is nothing to us.
    answered: await lastPullRequest(db),
    outcome: null,
  };
  let writing: Promise<void> = Promise.resolve();
  let left = false;
  const note = (changed: Partial<IngestProcess>): Promise<void> => {
    row = { ...row, ...changed };
    writing = writing
      .then(() => (left ? undefined : noteIngestProcess(db, row)))
      .catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'the store does not know how this process stands; again soon');
      });
    return writing;
  };

  const pullOnce = async (): Promise<PullSummary> => {
    const began = clock().toISOString();
    await note({ doing: 'pulls' });
    try {
      const summary = await puller.pull();
      await note({ doing: 'waits', error: null, ...(summary.stopped ? {} : { pulledAt: began }) });
      return summary;
    } catch (error) {
      await note({ doing: 'waits', error: messageOf(error) });
      throw error;
    }
  };
  const pulls = createSharedRun(pullOnce);

  let answering = row.answered;
  const answer = async (request: number): Promise<void> => {
    answering = request;
    log.info({ request }, 'a pull was asked for');
    const outcome = await pulls.run().then(answerOf, (error: unknown): PullAnswer => {
      log.error({ error: messageOf(error) }, 'the pull that was asked for failed');
      return { failed: messageOf(error) };
    });
    await note({ answered: request, outcome: JSON.stringify(outcome) });
  };

  await note({});
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await note({});
      const request = await lastPullRequest(db);
      if (request > answering) void answer(request);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the store could not be asked for requests; again soon');
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  return {
    pull: pulls.run,
    leave: async () => {
      clearInterval(timer);
      await pulls.underWay()?.catch(() => undefined);
      await writing;
      left = true;
      await removeIngestProcess(db, row.id);
    },
  };
};

/**
 * Pulls at once and then on the schedule, each process for itself: a pull reads what the consumer group gives to it.
 * @returns what ends it, after the batch under way
 */
export const startIngest = async (options: IngestOptions): Promise<() => Promise<void>> => {
  const { config, clock, log } = options;
  const member = await joinIngest(options);
  const duties = createDuties(pullDuty(config, member), {
    records: ownRecords(),
    clock,
    log,
    timeZone: config.timeZone,
    awake: config.reminders,
  });
  const check = (): void => {
    duties.check().catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'what is due could not be looked up; again in a minute');
    });
  };
  check();
  const stopLooking = atEachMinute(clock, check);
  return async () => {
    stopLooking();
    await duties.idle();
    await member.leave();
  };
};

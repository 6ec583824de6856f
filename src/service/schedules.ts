import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import { wantDigest } from '../loop/digest/digest.ts';
import { wantReminder } from '../loop/digest/remind.ts';
import { lastPull } from '../store/intake/pulls.ts';
import type { Db } from '../store/open-store.ts';
import type { Assembled } from './assemble.ts';

export interface ScheduleOptions extends Pick<Assembled, 'bot' | 'loop' | 'puller'> {
  readonly config: Config;
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
}

/**
 * Starts what is done at its time: the pull, the digest, reminders and, where they are scheduled, rounds.
 * Resolves to what ends them.
 */
export const startSchedules = async ({
  config,
  db,
  clock,
  log,
  bot,
  loop,
  puller,
}: ScheduleOptions): Promise<() => Promise<void>> => {
  /** One job's failure is logged and noted; the service and the other jobs go on. */
  const job = (what: string, work: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ error: messageOf(error) }, `${what} failed; it is tried again at its next time`);
    }
  };
  const plan = (expression: string, what: string, work: () => Promise<unknown>) =>
    schedule(expression, job(what, work), { timezone: 'UTC', noOverlap: true, name: what });
  const tasks = [
    ...(config.source === 'none' ? [] : [plan(config.pull.schedule, 'the pull', puller.pull)]),
    plan(config.digest.schedule, 'the digest', async () => {
      if ((await wantDigest(db, clock(), config.modelType)) !== null) bot.poke();
    }),
    plan('*/10 * * * *', 'the reminder', async () => {
      if (await wantReminder(db, clock(), config.reminders)) bot.poke();
    }),
    ...(config.rounds.next === 'scheduled'
      ? [plan(config.rounds.schedule, 'the next round', () => loop.openRound())]
      : []),
  ];
  // A new store would otherwise stay empty until the schedule's first time.
  const firstPull =
    config.source === 'none' || (await lastPull(db)) !== undefined
      ? Promise.resolve()
      : job('the first pull', puller.pull)();
  const catchUp = firstPull.then(job('catching up', puller.catchUp));
  return async () => {
    for (const task of tasks) await task.destroy();
    await catchUp;
  };
};

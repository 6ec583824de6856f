import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import { wantDigest } from '../loop/digest/digest.ts';
import { wantReminder } from '../loop/digest/remind.ts';
import type { Db } from '../store/open-store.ts';
import type { Assembled } from './assemble.ts';
import { createDuties, type Duty, storeRecords } from './duties.ts';
import type { Puller } from './roles/puller.ts';
import { atEachMinute } from './service-parts.ts';
import type { StampCare } from './stamp-care.ts';

export interface ScheduleOptions extends Pick<Assembled, 'bot' | 'loop' | 'puller'> {
  readonly config: Config;
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly stamps: Pick<StampCare, 'prune'>;
  /** Where alerts are taken in elsewhere: resolves when what is due of it is done, as far as that can be had. */
  readonly pulledElsewhere?: () => Promise<void>;
}

const MINUTE_MS = 60_000;
/** Between two looks at the clock nothing but sleep takes this long. */
const SLEPT_MS = 5 * MINUTE_MS;
/** How often it is looked whether somebody has to be reminded. */
const REMINDER_SCHEDULE = '*/10 * * * *';
/** When stamps that are too old go: some hours before the next night's come in. */
const PRUNE_SCHEDULE = '10 9 * * *';

/** The pull of the configured source at its times; none without a source. */
export const pullDuty = (config: Config, puller: Pick<Puller, 'pull'>): Duty[] =>
  config.source === 'none'
    ? []
    : [
        {
          name: 'pull',
          what: 'the pull',
          schedule: config.pull.schedule,
          makeUp: 'at-once',
          dueInNewStore: true,
          run: async () => ((await puller.pull()).stopped ? 'stopped' : 'done'),
        },
      ];

/** What the configuration has the service do, in the order in which they wait for one another. */
const dutiesOf = (options: ScheduleOptions): Duty[] => {
  const { config, db, clock, bot, loop, puller, stamps } = options;
  const pulledElsewhere = options.pulledElsewhere ?? (async () => undefined);
  const round: Duty = {
    name: 'round',
    what: 'the round',
    schedule: config.rounds.schedule,
    makeUp: 'in-hours',
    dueInNewStore: false,
    after: ['pull'],
    run: async () => {
      await pulledElsewhere();
      return (await loop.openRound()).kind === 'empty-pool' ? 'nothing' : 'done';
    },
  };
  const digest: Duty = {
    name: 'digest',
    what: 'the digest',
    schedule: config.digest.schedule,
    makeUp: 'in-hours',
    dueInNewStore: false,
    after: ['pull'],
    run: async ({ due, last }) => {
      await pulledElsewhere();
      const span = { ...(due === null ? {} : { due }), ...(last === null ? {} : { since: last }) };
      if ((await wantDigest(db, clock(), config.modelType, span)) !== null) bot.wake();
      return 'done';
    },
  };
  const reminder: Duty = {
    name: 'reminder',
    what: 'the look for whom to remind',
    schedule: REMINDER_SCHEDULE,
    makeUp: 'quietly',
    dueInNewStore: true,
    run: async () => {
      if (await wantReminder(db, clock(), config.reminders)) bot.wake();
      return 'done';
    },
  };
  const prune: Duty = {
    name: 'prune',
    what: 'the look for stamps that are too old',
    schedule: PRUNE_SCHEDULE,
    makeUp: 'quietly',
    dueInNewStore: true,
    after: ['pull'],
    run: () => stamps.prune(),
  };
  return [
    ...(puller === null ? [] : pullDuty(config, puller)),
    ...(config.rounds.next === 'scheduled' ? [round] : []),
    prune,
    digest,
    reminder,
  ];
};

/**
 * Starts what is done at its time: what is due is done at once, and it is looked again every minute.
 * @returns what ends it
 */
export const startSchedules = (options: ScheduleOptions): (() => Promise<void>) => {
  const { config, db, clock, log, loop, puller } = options;
  const duties = createDuties(dutiesOf(options), {
    records: storeRecords(db),
    clock,
    log,
    timeZone: config.timeZone,
    awake: config.reminders,
  });
  let looked = clock().getTime();

  const check = async (): Promise<void> => {
    const before = looked;
    looked = clock().getTime();
    if (looked - before > SLEPT_MS) {
      const slept = `${Math.round((looked - before) / MINUTE_MS)} min`;
      log.info({ slept }, 'nothing ran for a while: the machine slept, or its clock was put forward');
    }
    try {
      await loop.look();
      await duties.check();
    } catch (error) {
      log.error({ error: messageOf(error) }, 'what is due could not be looked up; again in a minute');
    }
  };

  const first = check();
  const catchUp = first.then(puller?.catchUp).catch((error: unknown) => {
    log.error({ error: messageOf(error) }, 'catching up failed; the next pull makes up for it');
  });
  const stopLooking = atEachMinute(clock, () => void check());
  return async () => {
    stopLooking();
    await Promise.allSettled([first, catchUp, duties.idle()]);
  };
};

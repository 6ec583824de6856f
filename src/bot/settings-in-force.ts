import type { Config } from '../config.ts';
import type { SettingInForce } from './listeners/context.ts';

/** What App Home says of the configuration: what labellers want to know, and never a secret. */
export const settingsInForce = (config: Config): SettingInForce[] => [
  { name: 'Source', value: config.source === 'kafka' ? `topic ${config.kafka.topic}` : config.source },
  {
    name: 'Rounds',
    value: `${config.rounds.firstSize} candidates first, then ${config.rounds.size}, by ${config.rounds.strategy}; ${
      config.rounds.next === 'at-once' ? 'the next one at once' : `at ${config.rounds.schedule} (cron, UTC)`
    }`,
  },
  { name: 'Cards', value: config.rounds.layout === 'thread' ? 'in the round’s thread' : 'in the channel' },
  { name: 'People asked about each', value: String(config.rounds.answersPerCandidate) },
  { name: 'Model', value: config.engine },
  { name: 'Pull', value: `${config.pull.schedule} (cron, UTC)` },
  { name: 'Digest', value: `${config.digestSchedule} (cron, UTC)` },
  {
    name: 'Reminder',
    value:
      config.reminders.afterHours === 0
        ? 'never'
        : `after ${config.reminders.afterHours} h, ${config.reminders.from}:00–${config.reminders.until}:00 ${config.reminders.timeZone}${
            config.reminders.weekends ? '' : ', not at weekends'
          }`,
  },
];

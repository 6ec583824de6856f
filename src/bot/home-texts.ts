import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import type { ModelType } from '../pipeline/learning/label-maps.ts';
import { questionWords } from './content/answer-words.ts';
import { scheduleWords } from './content/format.ts';
import type { SettingInForce } from './content/said.ts';

/** The settings that App Home shows: those that labellers ask about, never a secret. */
export const settingsInForce = (config: Config): SettingInForce[] => [
  { name: 'Source', value: config.source === 'kafka' ? `topic ${config.kafka.topic}` : config.source },
  {
    name: 'Rounds',
    value: `${config.rounds.firstSize} candidates first, then ${config.rounds.size}, by ${config.rounds.strategy}; ${
      config.rounds.next === 'at-once'
        ? 'the next one at once'
        : scheduleWords(config.rounds.schedule, config.timeZone)
    }`,
  },
  { name: 'Cards', value: config.rounds.layout === 'thread' ? 'in the round’s thread' : 'in the channel' },
  { name: 'People asked about each', value: String(config.rounds.answersPerCandidate) },
  { name: 'Question', value: questionWords(config.modelType) },
  { name: 'Model', value: config.engine },
  { name: 'Pull', value: scheduleWords(config.pull.schedule, config.timeZone) },
  { name: 'Digest', value: scheduleWords(config.digest.schedule, config.timeZone) },
  {
    name: 'Reminder',
    value:
      config.reminders.afterHours === 0
        ? 'never'
        : `after ${config.reminders.afterHours} h, between ${config.reminders.from} and ${config.reminders.until} h ${config.reminders.timeZone}${
            config.reminders.weekends ? '' : ', not at weekends'
          }`,
  },
];

const DOCS = join(import.meta.dirname, '..', '..', 'docs');

const OWN: Readonly<Record<ModelType, string>> = {
  galactic: 'how-to-label.md',
  real: 'how-to-label-real.md',
  transient: 'how-to-label-transient.md',
};

/** The team's guidelines as Markdown, or else the built-in ones for this model type. */
export const readGuidelines = (path: string | null, type: ModelType): Promise<string> =>
  readFile(path ?? join(DOCS, OWN[type]), 'utf8').catch((error: unknown) => {
    throw new FinkvraError(
      `GUIDELINES_FILE: ${path} cannot be read (${messageOf(error)}): set it to a text file.`,
      {
        cause: error,
      },
    );
  });

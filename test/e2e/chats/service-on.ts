import { pino } from 'pino';
import type { BotOptions } from '../../../src/bot/start-bot.ts';
import { type ChatConfig, type Config, readConfig } from '../../../src/config/config.ts';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import type { PictureClient } from '../../../src/pictures/picture-client.ts';
import { classOfLabel } from '../../../src/pipeline/learning/label-maps.ts';
import { type Assembled, assemble } from '../../../src/service/assemble.ts';
import { simulatedTruth } from '../../../src/simulation/simulated-night.ts';
import type { Db } from '../../../src/store/open-store.ts';
import type { AnswerValue } from '../../../src/store/schema.ts';
import { NIGHT_SEED, nightSource } from '../../helpers/night.ts';
import { quickBot } from '../../helpers/sandbox.ts';
import { openTestStore } from '../../helpers/test-store.ts';

/** What an object of the simulated night is, as a labeller says it. */
export const truthOf = (object: string | null): AnswerValue => {
  const truth = object === null ? null : simulatedTruth(object, NIGHT_SEED);
  if (truth === null) throw new Error(`${object} is not simulated`);
  return classOfLabel('galactic', truth.label) === 1 ? 'galactic' : 'not_galactic';
};

/** A store with a simulated night in it. */
export const storeWithNight = async (size = 100): Promise<Db> => {
  const db = await openTestStore();
  const source = nightSource({ size });
  await pullAlerts({ db, source, name: 'simulated night', filter: true, clock: () => new Date() });
  return db;
};

export interface ServiceOptions {
  readonly rounds?: Partial<Config['rounds']>;
  readonly pictures?: PictureClient;
  readonly bot?: Partial<BotOptions>;
}

/** The service in this process, on a store and a chat. */
export const serviceOn = (
  db: Db,
  chat: ChatConfig,
  { rounds, pictures, bot = {} }: ServiceOptions = {},
): Promise<Assembled> => {
  const defaults = readConfig({ SOURCE: 'none', NEXT_ROUND: 'at-once' });
  return assemble(
    {
      ...defaults,
      rounds: { ...defaults.rounds, firstSize: 6, size: 3, strategy: 'uncertainty', ...rounds },
    },
    {
      db,
      chat,
      clock: () => new Date(),
      log: pino({ level: process.env.FINKVRA_TEST_LOG ?? 'silent' }),
      pictures: pictures ?? null,
      signal: new AbortController().signal,
      bot: quickBot({ backOff: { firstMs: 20, longestMs: 200 }, ...bot }),
    },
  );
};

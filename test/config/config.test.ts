import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, configuredChat, readConfig } from '../../src/config/config.ts';
import { LEAVES } from '../../src/config/settings.ts';
import { temporaryFolder } from '../helpers/service.ts';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_CHANNEL: 'C0123456789' };

const discord = {
  DISCORD_TOKEN: `MTE4OTM0MjM0NTY1NzM4NDk2Mg.Gabcde.${'x'.repeat(38)}`,
  DISCORD_CHANNEL: '1189342345657384961',
};

describe('the configuration', () => {
  test('with nothing set it is the sandbox with simulated nights, rounds following at once', () => {
    const { path, remove } = temporaryFolder();
    const config = readConfig({ DATA_DIR: path });
    expect(config.slack).toBeNull();
    expect(config.source).toBe('simulated');
    expect(config.rounds).toMatchObject({ firstSize: 30, size: 10, next: 'at-once' });
    expect(config.databasePath).toBe(join(path, 'simulated', 'finkvra.sqlite'));
    expect(readConfig({ DATA_DIR: path, SOURCE: 'none' }).databasePath).toBe(join(path, 'finkvra.sqlite'));
    expect(readConfig({ SOURCE: 'none' }).dataDir).toBe(join(process.cwd(), 'data'));
    remove();
  });

  test('with the three Slack settings and a group id it is Slack and Fink, rounds on their schedule', () => {
    const config = readConfig({ ...slack, KAFKA_GROUP_ID: 'team' });
    expect(config.slack?.channel).toBe('C0123456789');
    expect(config.source).toBe('kafka');
    expect(config.rounds.next).toBe('scheduled');
    expect(config.kafka).toMatchObject({ topic: 'fink_vra_ztf', groupId: 'team', sasl: null });
  });

  test('with a token and a channel of Discord it is Discord, and a role stands where Slack has a group', () => {
    const config = readConfig({ ...discord, SOURCE: 'none', LABELLERS: '1189342345657384962' });
    expect(configuredChat(config)).toMatchObject({
      kind: 'discord',
      discord: { channel: discord.DISCORD_CHANNEL },
    });
    expect(config.slack).toBeNull();
    expect(config.rounds.next).toBe('scheduled');
    // An id may be a person's or a role's: Discord numbers both alike.
    expect(config.people.labellers).toEqual({
      users: ['discord:1189342345657384962'],
      groups: ['1189342345657384962'],
    });
  });

  test('two chats at once are refused in words, and so are people of the other chat', () => {
    expect(faultsOf({ ...slack, ...discord, SOURCE: 'none' })).toEqual([
      expect.stringMatching(
        /SLACK_BOT_TOKEN.*DISCORD_TOKEN.*a service works in one chat; unset those of the other/,
      ),
    ]);
    expect(faultsOf({ ...slack, SOURCE: 'none', LABELLERS: '1189342345657384962' })).toEqual([
      'LABELLERS: 1189342345657384962 is of Discord; on Slack set ids of people (U…) and user groups (S…)',
    ]);
    expect(faultsOf({ ...discord, SOURCE: 'none', OPERATORS: 'U012AB3CD,1189342345657384962' })).toEqual([
      'OPERATORS: U012AB3CD is of Slack; on Discord set ids of people and roles (Copy User ID)',
    ]);
    expect(faultsOf({ DISCORD_TOKEN: discord.DISCORD_TOKEN })).toEqual([
      'DISCORD_CHANNEL: set it too to run on Discord, or unset the other to run in the sandbox',
    ]);
    expect(faultsOf(discord)).toEqual([expect.stringContaining('KAFKA_GROUP_ID')]);
    expect(faultsOf({ ...discord, DISCORD_CHANNEL: '#finkvra', SOURCE: 'none' })).toEqual([
      expect.stringMatching(/DISCORD_CHANNEL: must be a channel id/),
    ]);
  });

  test('all faults are told at once, each with what to set', () => {
    const faults = faultsOf({
      SLACK_BOT_TOKEN: 'xoxp-wrong',
      SLACK_CHANNEL: '#general',
      ROUND_SIZE: 'ten',
      PULL_SCHEDULE: 'every day',
      KAFKA_USERNAME: 'u',
      KAFKA_BROKERS: 'nohost',
      SOURCE: 'kafka',
    });
    for (const name of [
      'SLACK_BOT_TOKEN: must begin with xoxb-',
      'SLACK_CHANNEL: must be a channel id',
      'SLACK_APP_TOKEN: set it too',
      'ROUND_SIZE: must be a whole number from 1 to 100',
      'PULL_SCHEDULE: must be a cron expression',
      'KAFKA_PASSWORD: set it too',
      'KAFKA_BROKERS: "nohost" is not host:port',
      'KAFKA_GROUP_ID: set the group id',
    ]) {
      expect(faults.filter((fault) => fault.startsWith(name))).toHaveLength(1);
    }
    expect(faults).toHaveLength(8);
  });

  test('Slack without a source of alerts is a contradiction', () => {
    expect(faultsOf(slack)).toEqual([expect.stringMatching(/^KAFKA_GROUP_ID: .*SOURCE=none/)]);
    expect(faultsOf({ ...slack, SOURCE: 'none' })).toEqual([]);
  });

  test('an empty value is an unset one', () => {
    expect(readConfig({ SLACK_BOT_TOKEN: '', ROUND_SIZE: ' ' }).rounds.size).toBe(10);
  });

  test('a data folder that is a file is told', () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'file');
    writeFileSync(path, '');
    expect(faultsOf({ DATA_DIR: path })).toEqual([expect.stringMatching(/^DATA_DIR: .* is a file/)]);
    folder.remove();
  });

  test('what looks like a setting and is none is named with the nearest one', () => {
    const env = {
      PULL_SCHEDUL: '',
      slack_bot_token: 'x',
      LABELERS: 'everyone',
      REMINDER_HOURS: '8-18',
      SLACK_TOKEN: 'x',
      KAFKA_GROUP: 'team',
      MODLE_TYPE: 'real',
    };
    expect(readConfig(env).unknown).toEqual([
      'PULL_SCHEDUL is not a setting: did you mean PULL_SCHEDULE?',
      'slack_bot_token is not a setting: did you mean SLACK_BOT_TOKEN?',
      'LABELERS is not a setting: did you mean LABELLERS?',
      'REMINDER_HOURS is not a setting: did you mean REMIND_HOURS?',
      expect.stringMatching(/^SLACK_TOKEN is not a setting: did you mean SLACK_/),
      'KAFKA_GROUP is not a setting: did you mean KAFKA_GROUP_ID?',
      'MODLE_TYPE is not a setting: did you mean MODEL_TYPE?',
    ]);
    const others = {
      PATH: '/bin',
      HOME: '/',
      LOGNAME: 'v',
      SPEED: '1',
      NODE_OPTIONS: '',
      KAFKA_HOME: '/opt',
    };
    expect(readConfig({ ...others, MLFLOW_HOME: '/opt', ROUND_SIZE: '3' }).unknown).toEqual([]);
  });

  test('docs/configuration.md lists every setting, and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(LEAVES.map(({ env }) => env).sort());
  });
});

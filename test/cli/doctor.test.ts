import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiscordSandbox, startDiscordSandbox } from 'discord-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manifestScopes } from '../../src/bot/slack/check-slack.ts';
import { ROOMY } from '../helpers/discord.ts';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { finkvra, slackSettings, temporaryFolder } from '../helpers/service.ts';
import { startSkyStandIn } from '../sky/stand-in.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;

beforeEach(() => {
  folder = temporaryFolder();
  env = { DATA_DIR: join(folder.path, 'data') };
});
afterEach(() => folder.remove());

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly text: string;
  readonly todo: string | null;
}

const doctor = async (more: Record<string, string> = {}) => {
  const { stdout, code } = await finkvra(['doctor', '--json'], { ...env, ...more });
  const findings: Finding[] = JSON.parse(stdout);
  return { code, findings, of: (name: string) => findings.find((one) => one.name === name) };
};

describe('finkvra doctor', () => {
  test('on a fresh machine nothing is wrong, and what is missing says what to do', async () => {
    const { code, findings, of } = await doctor();
    expect(code).toBe(0);
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
    for (const name of ['store', 'Slack', 'Kafka', 'Lasair', 'MLflow', 'dust maps']) {
      expect(of(name)).toMatchObject({ state: 'missing', todo: expect.stringMatching(/\w+/) });
    }
    for (const name of ['configuration', 'disk', 'packages']) expect(of(name)?.state).toBe('ok');
  });

  test('says which of the services beside the packet answer; cards go out without them', async () => {
    const sky = await startSkyStandIn();
    try {
      const { code, of } = await doctor({
        SOURCE: 'none',
        FINK_API_URL: 'http://127.0.0.1:9',
        SKY_IMAGE_URL: sky.url,
      });
      expect(code).toBe(0);
      expect(of('Fink API')).toMatchObject({
        state: 'missing',
        text: expect.stringContaining('127.0.0.1:9 cannot be reached'),
        todo: expect.stringContaining('FINK_API_URL=off'),
      });
      expect(of('sky images')).toMatchObject({ state: 'ok', text: `${sky.url} answers` });
    } finally {
      await sky.stop();
    }
    expect((await doctor()).of('Fink API')?.text).toContain('off (FINK_API_URL)');
  });

  test('names wrong settings, a damaged store, and servers that do not answer', async () => {
    expect((await doctor({ ROUND_SIZE: 'many' })).of('configuration')).toMatchObject({
      state: 'wrong',
      text: expect.stringContaining('ROUND_SIZE'),
    });
    expect((await doctor({ PULL_SCHEDUL: '0 9 * * *' })).of('settings')).toMatchObject({
      state: 'missing',
      text: 'PULL_SCHEDUL is not a setting: did you mean PULL_SCHEDULE?',
    });
    mkdirSync(env.DATA_DIR ?? '', { recursive: true });
    writeFileSync(join(env.DATA_DIR ?? '', 'finkvra.sqlite'), 'this is no database, but long enough to look');
    const { code, of } = await doctor({
      LASAIR_TOKEN: 'secret-token',
      LASAIR_ENDPOINT: 'http://127.0.0.1:9/api',
      MLFLOW_TRACKING_URI: 'http://127.0.0.1:9',
    });
    expect(code).toBe(1);
    expect(of('store')).toMatchObject({ state: 'wrong' });
    expect(of('Lasair')).toMatchObject({ state: 'wrong', text: expect.stringContaining('127.0.0.1:9') });
    expect(of('MLflow')).toMatchObject({ state: 'wrong', todo: expect.stringContaining('MLFLOW') });
    expect(JSON.stringify(of('Lasair'))).not.toContain('secret-token');
  });

  test('looks at tokens, scopes and the channel of a workspace', async () => {
    const scopes = manifestScopes();
    const sandbox = await startRoomySandbox({ scopes });
    try {
      const settings = { ...slackSettings(sandbox), SOURCE: 'none' };
      const { of } = await doctor(settings);
      expect(of('Slack token')?.state).toBe('ok');
      expect(of('Slack scopes')?.state).toBe('ok');
      expect(of('Slack app token')?.state).toBe('ok');
      expect(of('Slack channel')?.text).toMatch(/member of #/);
      scopes.splice(scopes.indexOf('files:write'), 1);
      expect((await doctor(settings)).of('Slack scopes')).toMatchObject({
        state: 'wrong',
        text: 'missing files:write',
        todo: expect.stringContaining('reinstall'),
      });
      const wrong = await doctor({
        ...settings,
        SLACK_BOT_TOKEN: 'xoxb-wrong',
        SLACK_APP_TOKEN: 'xapp-wrong',
      });
      expect(wrong.code).toBe(1);
      expect(wrong.of('Slack token')).toMatchObject({
        state: 'wrong',
        text: expect.stringContaining('invalid_auth'),
      });
      expect(wrong.of('Slack app token')?.state).toBe('wrong');
    } finally {
      await sandbox.stop();
    }
  });
});

describe('finkvra doctor on Discord', () => {
  const settings = ({ botToken, channel, apiUrl }: DiscordSandbox) => ({
    DISCORD_TOKEN: botToken,
    DISCORD_CHANNEL: channel,
    DISCORD_API_URL: apiUrl,
    SOURCE: 'none',
  });

  test('says what is well, names the permissions that are missing, and posts nothing', async () => {
    const sandbox = await startDiscordSandbox(ROOMY);
    try {
      const left = sandbox.identifiesLeft();
      const well = await doctor(settings(sandbox));
      for (const name of ['Discord token', 'Discord sessions', 'Discord channel', 'Discord rights'])
        expect(well.of(name)).toMatchObject({ state: 'ok' });
      expect(well.of('Discord commands')).toMatchObject({ state: 'missing' });
      expect(well.code).toBe(0);
      await sandbox.act.denyBot({ permissions: ['EMBED_LINKS', 'READ_MESSAGE_HISTORY'] });
      const lacking = await doctor(settings(sandbox));
      expect(lacking.code).toBe(1);
      expect(lacking.of('Discord rights')).toMatchObject({
        state: 'wrong',
        text: 'missing Embed Links, Read Message History',
        todo: expect.stringMatching(/https:\/\/discord\.com\/oauth2\/authorize\?client_id=\d+&scope=bot/),
      });
      expect(sandbox.messages()).toEqual([]);
      expect(sandbox.identifiesLeft()).toBe(left);
    } finally {
      await sandbox.stop();
    }
  });

  test('a token that Discord refuses, and a channel that is none, are told with what to do', async () => {
    const sandbox = await startDiscordSandbox(ROOMY);
    try {
      const other = { ...settings(sandbox), DISCORD_CHANNEL: '1189342345657384961' };
      expect((await doctor(other)).of('Discord channel')).toMatchObject({ state: 'wrong' });
      const token = `${sandbox.botToken.slice(0, -4)}XXXX`;
      const refused = await doctor({ ...settings(sandbox), DISCORD_TOKEN: token });
      expect(refused.of('Discord token')).toMatchObject({
        state: 'wrong',
        text: expect.stringContaining('does not accept DISCORD_TOKEN'),
      });
      expect(JSON.stringify(refused.findings)).not.toContain(token);
    } finally {
      await sandbox.stop();
    }
  });
});

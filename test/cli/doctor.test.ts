import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manifestScopes } from '../../src/bot/slack/check-slack.ts';
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
      text: 'PULL_SCHEDUL is no setting: did you mean PULL_SCHEDULE?',
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

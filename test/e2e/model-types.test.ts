import type { StoredMessage } from 'slack-sandbox';
import { connectToSandbox, type SandboxClient } from 'slack-sandbox/client';
import { afterEach, expect, test } from 'vitest';
import type { ModelType } from '../../src/pipeline/learning/label-maps.ts';
import {
  eventually,
  finkvra,
  isOpenCard,
  type RunningService,
  startService,
  temporaryFolder,
  textOf,
} from '../helpers/service.ts';

let folder = temporaryFolder();
let service: RunningService | null = null;
let sandbox: SandboxClient;

afterEach(async () => {
  await service?.stop();
  service = null;
  folder.remove();
  folder = temporaryFolder();
});

/** What somebody does who clones the project, sets MODEL_TYPE and runs `npm start`. */
const start = async (type: ModelType): Promise<void> => {
  // Open cards are asked what the model thinks.
  const started = startService({
    DATA_DIR: folder.path,
    SANDBOX_PORT: '0',
    MODEL_TYPE: type,
    HINTS: 'before',
  });
  service = started;
  const url = await eventually('link', () => started.log().match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
  sandbox = connectToSandbox(url);
};

const ofKind = async (kind: string, round: number): Promise<StoredMessage[]> =>
  (await sandbox.messages()).filter(
    ({ metadata }) => metadata?.event_payload.kind === kind && metadata.event_payload.round === round,
  );

const openCards = (round: number, count: number): Promise<StoredMessage[]> =>
  eventually(
    `${count} open cards of round ${round}`,
    async () => {
      const cards = (await ofKind('card', round)).filter(isOpenCard);
      return cards.length >= count && cards;
    },
    () => service?.log() ?? '',
    60_000,
  );

/** Lets the simulation's truth answer a round; resolves to its report and what stands behind it. */
const answerRound = async (round: number, count: number): Promise<string> => {
  await openCards(round, count);
  await sandbox.act.answerRest({ pauseMs: 5 });
  const both = await eventually(
    `report of round ${round} with its details`,
    async () => {
      const [report] = await ofKind('report', round);
      const [details] = await ofKind('report_details', round);
      return report !== undefined && details !== undefined && [report, details];
    },
    () => service?.log() ?? '',
    60_000,
  );
  return both.map(textOf).join();
};

const run = async (type: ModelType, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await finkvra(args, { DATA_DIR: folder.path, MODEL_TYPE: type });
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

test('real or bogus: the simulated night has bogus detections, and a whole loop learns to tell them', async () => {
  await start('real');
  const [card] = await openCards(1, 30);
  const text = card === undefined ? '' : textOf(card);
  for (const button of ['"Real"', '"Bogus"', '"Skip"', '"AGN: real"', '"Galactic: real"'])
    expect(text).toContain(button);
  expect(card?.text).toContain('real or bogus?');

  expect(await answerRound(1, 30)).toMatch(/30 labels in all: \d+ real, \d+ bogus/);
  const report = await answerRound(2, 10);
  expect(report).toMatch(/40 labels in all: \d+ real, \d+ bogus/);
  expect(report).toMatch(/model +real +bogus/);
  expect(report).toMatch(/real precision \d+ %/);
  expect((await openCards(3, 10)).map(textOf).join()).toMatch(/P\(real\) \d+ %/);

  const status = JSON.parse(await run('real', 'status', '--json'));
  expect(status.modelType).toBe('real');
  expect(status.labels.positive).toBeGreaterThan(status.labels.negative);
  expect(status.labels.negative).toBeGreaterThanOrEqual(4);
  expect(status.closed.at(-1).report.honest.accuracy).toBeGreaterThan(0.7);
  const labels = async (type: ModelType) => {
    const findings: { name: string; state: string; text: string }[] = JSON.parse(
      await run(type, 'doctor', '--json'),
    );
    return findings.find(({ name }) => name === 'labels');
  };
  expect(await labels('real')).toMatchObject({
    state: 'ok',
    text: expect.stringMatching(/^\d+ real, \d+ bogus/),
  });
  expect(await labels('transient')).toMatchObject({
    state: 'missing',
    text: '0 transient, 0 not transient, 40 without a class (MODEL_TYPE=transient)',
  });
  expect(await run('real', 'status')).toMatch(/40 labels: \d+ real, \d+ bogus/);
  expect((await run('real', 'export', 'training')).split('\n')[0]).toContain(',label,real,at,drawn,p_real,');
});

test('transient or not, then galactic or not on the same store: the same labels are read anew', async () => {
  await start('transient');
  const [card] = await openCards(1, 30);
  const text = card === undefined ? '' : textOf(card);
  for (const button of [
    '"Galactic transient"',
    '"Extragalactic transient"',
    '"Variable star"',
    '"AGN"',
    '"Skip"',
  ])
    expect(text).toContain(button);
  expect(await answerRound(1, 30)).toMatch(/30 labels in all: \d+ transient, \d+ not transient/);
  expect((await openCards(2, 10)).map(textOf).join()).toMatch(/P\(transient\) \d+ %/);
  await service?.stop();

  await start('galactic');
  // The round that is open asks the new question; the transient model's opinion is not shown with it.
  const [open] = await eventually('cards with the new question', async () => {
    const cards = await openCards(2, 10);
    return cards.every((one) => textOf(one).includes('"Not galactic"')) && cards;
  });
  expect(open === undefined ? '' : textOf(open)).toContain('No model yet');
  expect(await answerRound(2, 10)).toMatch(/40 labels in all: \d+ galactic, \d+ not galactic/);
  expect((await openCards(3, 10)).map(textOf).join()).toMatch(/P\(galactic\) \d+ %/);
  const models = JSON.parse(await run('galactic', 'models', 'list', '--all', '--json'));
  expect(models).toMatchObject([
    { round: 1, modelType: 'transient', labels: 30, champion: true },
    { round: 2, modelType: 'galactic', labels: 40, champion: true },
  ]);
  expect(JSON.parse(await run('galactic', 'models', 'list', '--json'))).toHaveLength(1);
  const status = JSON.parse(await run('galactic', 'status', '--json'));
  expect(status.labels.positive + status.labels.negative).toBe(40);
});

test('a model type that there is none of is told with those that there are', async () => {
  const { code, stderr } = await finkvra(['status'], { DATA_DIR: folder.path, MODEL_TYPE: 'supernova' });
  expect(code).toBe(1);
  expect(stderr).toContain('MODEL_TYPE: must be one of galactic, real, transient');
});

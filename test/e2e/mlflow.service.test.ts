import type { Sandbox } from 'slack-sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
  textOf,
} from '../helpers/service.ts';
import { type MlflowServerProcess, runPython, startMlflowServer } from '../mlflow/server.ts';

const SIZE = 12;
let mlflow: MlflowServerProcess;
let folder: ReturnType<typeof temporaryFolder>;
let sandbox: Sandbox;
let service: RunningService;
let env: Record<string, string>;

beforeAll(async () => {
  mlflow = await startMlflowServer();
});
afterAll(() => mlflow.remove());

// Each test has a store of its own; the server and its experiment stay.
beforeEach(async () => {
  folder = temporaryFolder();
  sandbox = await startRoomySandbox();
  env = {
    DATA_DIR: folder.path,
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: String(SIZE),
    ROUND_SIZE: '4',
    MLFLOW_TRACKING_URI: mlflow.url,
    ...slackSettings(sandbox),
  };
  await scenario.load(folder.path);
});
afterEach(async () => {
  await service.stop();
  await sandbox.stop();
  folder.remove();
});

/**
 * Vera answers the store's nth round rightly; one that is not galactic she calls an AGN.
 * @returns the candid of that one
 */
const answerAll = async (nth: number, size: number): Promise<string> => {
  await eventually('cards', () => openCards(sandbox).length === size, service.log);
  const user = sandbox.users[0]?.id ?? '';
  let agn = '';
  for (const card of openCards(sandbox)) {
    const actionId = scenario.rightAnswer(subjectOf(card));
    if (agn === '' && actionId === 'answer_not_galactic') {
      agn = subjectOf(card).candid;
      const value = `agn:${card.metadata?.event_payload.candidate}`;
      await sandbox.act.select({ user, ts: card.ts, actionId: 'finer_answer', value });
    } else await sandbox.act.click({ user, ts: card.ts, actionId });
  }
  await eventually('report', () => messagesOf(sandbox, 'report').length === nth, service.log);
  return agn;
};

const RUNS = `
import json, mlflow
runs = mlflow.search_runs(experiment_names=['finkvra'], output_format='list')
print(json.dumps(sorted([r.info.run_name, r.data.metrics['labels']] for r in runs if r.info.status == 'FINISHED')))
`;

/** The finished runs, name and labels, once there are that many. */
const finishedRuns = (count: number): Promise<unknown[]> =>
  eventually(
    `${count} runs in MLflow`,
    async () => {
      // The experiment itself may not be there yet.
      const runs = await runPython(RUNS, mlflow.url).catch(() => []);
      return Array.isArray(runs) && runs.length === count && runs;
    },
    service.log,
    120_000,
  );

const PREDICT = `
import json, mlflow
model = mlflow.pyfunc.load_model('models:/finkvra-galactic/1')
print(json.dumps(len(model.metadata.get_input_schema().inputs)))
`;

const LABELS = `
import csv, io, json, mlflow
run, = mlflow.search_runs(experiment_names=['finkvra'], filter_string="attributes.run_name = 'round_1_random'", output_format='list')
text = mlflow.artifacts.load_text(run.info.artifact_uri + '/labels.csv')
print(json.dumps(list(csv.DictReader(io.StringIO(text)))))
`;

test('rounds are logged to MLflow; one that closed while the server was down follows when it is back', async () => {
  service = startService(env);
  const agn = await answerAll(1, SIZE);
  expect(await finishedRuns(1)).toEqual([['round_1_random', SIZE]]);
  expect(await runPython(PREDICT, mlflow.url)).toBeGreaterThan(0);

  const labels = await runPython(LABELS, mlflow.url);
  expect(labels).toHaveLength(SIZE);
  expect(labels).toContainEqual(
    expect.objectContaining({
      candid: agn,
      answer: 'agn',
      y: '0',
      labelled_by: sandbox.users[0]?.realName.split(' ')[0],
      labelled_at: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
    }),
  );

  await mlflow.stop();
  await answerAll(2, 4);
  await mlflow.start();
  expect(await finishedRuns(2)).toEqual([
    ['round_1_random', SIZE],
    [expect.stringMatching(/^round_2_/), SIZE + 4],
  ]);
}, 240_000);

test('a new store goes on where the experiment ended: its first round is the third', async () => {
  service = startService(env);
  await answerAll(1, SIZE);
  expect(messagesOf(sandbox, 'report').map(textOf).join()).toContain('Round 3');
  expect(await finishedRuns(3)).toContainEqual(['round_3_random', SIZE]);
  const said =
    /The last finished run of the MLflow experiment finkvra was round_2_[\w-]+, so rounds are counted from 3/;
  expect(service.log()).toMatch(said);
  expect((await finkvra(['status'], env)).stdout).toMatch(said);
  expect((await finkvra(['doctor'], env)).stdout).toMatch(said);
  await sandbox.act.command({ user: sandbox.users[0]?.id ?? '', command: '/finkvra', text: 'status' });
  const note = await eventually('answer', () => sandbox.ephemerals().at(-1), service.log);
  expect(textOf(note)).toMatch(said);
}, 240_000);

test('with the server down a new store begins at 1 all the same, and its run is told from its namesake', async () => {
  await mlflow.stop();
  const started = performance.now();
  service = startService(env);
  await eventually('cards', () => openCards(sandbox).length === SIZE, service.log);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(service.log()).toContain('MLflow could not tell the last round of the experiment finkvra');
  expect((await finkvra(['status'], env)).stdout).toContain('rounds are counted from 1');
  await answerAll(1, SIZE);
  await mlflow.start();
  const runs = await finishedRuns(4);
  expect(runs).toContainEqual(['round_1_random', SIZE]);
  expect(runs).toContainEqual([expect.stringMatching(/^round_1_random_[0-9a-f]{8}$/), SIZE]);
}, 240_000);

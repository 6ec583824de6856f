import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
} from '../helpers/service.ts';
import { type MlflowServerProcess, runPython, startMlflowServer } from '../mlflow/server.ts';

const SIZE = 12;
const folder = temporaryFolder();
let mlflow: MlflowServerProcess;
let sandbox: Sandbox;
let service: RunningService;

beforeAll(async () => {
  mlflow = await startMlflowServer();
  sandbox = await startSandbox({ port: 0, databasePath: ':memory:', postBurst: 500 });
  await scenario.load(folder.path);
});
afterAll(async () => {
  await service.stop();
  await sandbox.stop();
  await mlflow.remove();
  folder.remove();
});

const answerAll = async (round: number): Promise<void> => {
  await eventually('cards', () => openCards(sandbox).length === (round === 1 ? SIZE : 4), service.log);
  for (const card of openCards(sandbox)) {
    const actionId = scenario.rightAnswer(subjectOf(card));
    await sandbox.act.click({ user: sandbox.users[0]?.id ?? '', ts: card.ts, actionId });
  }
  await eventually('report', () => messagesOf(sandbox, 'report', round)[0], service.log);
};

const RUNS = `
import json, mlflow
runs = mlflow.search_runs(experiment_names=['finkvra'], output_format='list')
print(json.dumps(sorted([r.info.run_name, r.info.status, r.data.metrics['labels']] for r in runs)))
`;

const PREDICT = `
import json, mlflow, numpy as np
model = mlflow.pyfunc.load_model('models:/finkvra-galactic/1')
columns = model.metadata.get_input_schema()
print(json.dumps(len(columns.inputs)))
`;

test('rounds are logged to MLflow; one that closed while the server was down follows when it is back', async () => {
  service = startService({
    DATA_DIR: folder.path,
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: String(SIZE),
    ROUND_SIZE: '4',
    MLFLOW_TRACKING_URI: mlflow.url,
    ...slackSettings(sandbox),
  });
  await answerAll(1);
  const first = await eventually(
    'run in MLflow',
    async () => {
      const runs = await runPython(RUNS, mlflow.url).catch(() => []);
      return Array.isArray(runs) && runs.some((run) => run[1] === 'FINISHED') && runs;
    },
    service.log,
    60_000,
  );
  expect(first).toEqual([['round_1_random', 'FINISHED', SIZE]]);
  expect(await runPython(PREDICT, mlflow.url)).toBeGreaterThan(0);

  await mlflow.stop();
  await answerAll(2);
  await mlflow.start();
  const both = await eventually(
    'second run in MLflow',
    async () => {
      const runs = await runPython(RUNS, mlflow.url).catch(() => []);
      return Array.isArray(runs) && runs.filter((run) => run[1] === 'FINISHED').length === 2 && runs;
    },
    service.log,
    120_000,
  );
  expect(both).toEqual([
    ['round_1_random', 'FINISHED', SIZE],
    [expect.stringMatching(/^round_2_/), 'FINISHED', SIZE + 4],
  ]);
}, 240_000);

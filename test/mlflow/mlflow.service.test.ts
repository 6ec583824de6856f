import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createMlflowClient, type MlflowClient } from '../../src/mlflow/client/mlflow-client.ts';
import { lastRound } from '../../src/mlflow/last-round.ts';
import { logRound, setRoundAlias } from '../../src/mlflow/log-round.ts';
import { ROUND_KEY_TAG, roundRecord } from '../../src/mlflow/round-record.ts';
import { runTrackingQueue } from '../../src/mlflow/tracking-queue.ts';
import type { FeatureMatrix } from '../../src/pipeline/learning/engines/classifier.ts';
import { ENGINE_NAMES } from '../../src/pipeline/learning/engines/engines.ts';
import { selectRows } from '../../src/pipeline/learning/feature-matrix.ts';
import { readAtlas, type Table } from '../pipeline/learning/atlas-table.ts';
import { madeUpTable } from '../pipeline/learning/made-up-table.ts';
import { hasSharedData, sharedNote } from '../shared-data.ts';
import { memoryTrackingStore } from './memory-tracking-store.ts';
import { type MlflowServerProcess, runPython, startMlflowServer } from './server.ts';
import { candidOf, type TrainedRound, trainedRound } from './trained-round.ts';

const folder = mkdtempSync(join(tmpdir(), 'finkvra-mlflow-test-'));
const silent = { debug: () => {}, info: () => {}, warn: () => {} };
let server: MlflowServerProcess;
let client: MlflowClient;

beforeAll(async () => {
  server = await startMlflowServer();
  client = createMlflowClient({ url: server.url, auth: null });
}, 240_000);

afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads a run back through MLflow's own Python client, its files with pandas. */
const READ_RUN = `
import json, sys, mlflow, pandas as pd
client = mlflow.MlflowClient()
run = client.get_run(sys.argv[1])
def files(path=None):
    for item in client.list_artifacts(sys.argv[1], path):
        if item.is_dir: yield from files(item.path)
        else: yield item.path
folder = mlflow.artifacts.download_artifacts(run_id=sys.argv[1])
read = lambda name: pd.read_csv(folder + '/' + name, float_precision='round_trip')
x = read('X_train.csv').set_index('candid')
print(json.dumps({
    'name': run.info.run_name, 'status': run.info.status, 'seconds': (run.info.end_time - run.info.start_time) / 1000,
    'params': run.data.params, 'tags': run.data.tags, 'metrics': run.data.metrics,
    'accuracy': [[m.step, m.value] for m in client.get_metric_history(sys.argv[1], 'accuracy')],
    'files': sorted(files()),
    'x': x.astype(object).where(x.notna(), None).values.tolist(), 'columns': list(x.columns),
    'types': sorted(set(str(t) for t in x.dtypes)),
    'y': read('y_train.csv')['y'].tolist(), 'candids': [str(c) for c in read('training_ids.csv')['candid']],
    'answers': sorted(read('labels.csv')['answer'].unique()),
    'confusion': float(read('confusion.csv')['weight'].sum()), 'reliability': len(read('reliability.csv')),
    'importance': read('importance.csv').astype(object).values.tolist(),
}))
`;

/** Loads models as anybody would and has each predict its rows; NaN where a value is null. */
const PREDICT = `
import json, sys, mlflow, numpy as np, pandas as pd
answers = []
for uri, rows in zip(sys.argv[1::2], sys.argv[2::2]):
    model = mlflow.pyfunc.load_model(uri)
    with open(rows) as file: given = json.load(file)
    answer = model.predict(pd.DataFrame(given['data'], columns=given['columns'], dtype=float))
    # Column by name, in whatever order they come.
    shuffled = pd.DataFrame(given['data'], columns=given['columns'], dtype=float)[given['columns'][::-1]]
    assert (model.predict(shuffled) == answer).all().all()
    answers.append({
        'columns': list(answer.columns), 'probability': answer['probability'].astype(float).tolist(),
        'example': model.predict(model.input_example)['probability'].astype(float).tolist(),
        'onnx': type(mlflow.onnx.load_model(uri)).__name__,
    })
print(json.dumps(answers))
`;

const predictions = z.array(
  z.object({
    columns: z.array(z.string()),
    probability: z.array(z.number()),
    example: z.array(z.number()),
    onnx: z.string(),
  }),
);

/** As JSON that Python's reader takes: it knows infinities by their names, missing values as null. */
const rowsFile = (name: string, x: FeatureMatrix): string => {
  const path = join(folder, name);
  const cell = (value: number): string => (Number.isNaN(value) ? 'null' : String(value));
  const rows = Array.from(
    { length: x.rows },
    (_, row) =>
      `[${Array.from(x.values.subarray(row * x.names.length, (row + 1) * x.names.length), cell).join(',')}]`,
  );
  writeFileSync(path, `{"columns":${JSON.stringify(x.names)},"data":[${rows.join(',')}]}`);
  return path;
};

/**
 * The table's rows, and again with values that no training row has: missing everywhere, infinite, too large
 * for float32, and next to a training value by less than float32 can tell.
 */
const hardRows = (x: FeatureMatrix): FeatureMatrix => {
  const twice = selectRows(x, [...Array(x.rows).keys(), ...Array(x.rows).keys()]);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, -1e300, 0, -0];
  const start = x.values.length;
  for (let i = start; i < twice.values.length; i++) {
    const value = twice.values[i] ?? 0;
    if (i % 3 === 0) twice.values[i] = odd[(i / 3) % odd.length] ?? 0;
    else if (i % 3 === 1) twice.values[i] = value * (1 + 2e-9);
  }
  twice.values.fill(Number.NaN, start, start + x.names.length);
  return twice;
};

const logged = async ({ input, saved }: TrainedRound) => logRound(client, roundRecord(input), saved);

const worstDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? Number.NaN))), 0);

test('a round is logged with everything, and Python reads it back as it was', async () => {
  const round = trainedRound({ round: 2, labels: 40, experiment: 'everything' });
  const { runId, warnings } = await logged(round);
  expect(warnings).toEqual([]);

  const { x, evaluation } = round.input;
  const read = await runPython(READ_RUN, server.url, runId);
  const rows = Array.from({ length: x.rows }, (_, row) =>
    Array.from(x.values.subarray(row * 4, row * 4 + 4), (value) => (Number.isNaN(value) ? null : value)),
  );
  expect(rows.flat()).toContain(null);
  expect(read).toMatchObject({
    name: 'round_2_uncertainty',
    status: 'FINISHED',
    seconds: 5400,
    params: {
      engine: 'random-forest',
      strategy: 'uncertainty',
      round: '2',
      features: 'a,b,noise,gaps',
      round_size: '10',
    },
    tags: { 'finkvra.round': '2', [ROUND_KEY_TAG]: 'made-up-store:2', 'finkvra.artifacts': 'uploaded' },
    metrics: {
      labels: 40,
      accuracy: evaluation.honest?.accuracy,
      accuracy_low: evaluation.honest?.interval.low,
      training_accuracy: evaluation.trainingAccuracy,
      brier: evaluation.honest?.metrics.brier,
      pool_size: 500,
    },
    accuracy: [[40, evaluation.honest?.accuracy]],
    x: rows,
    columns: ['a', 'b', 'noise', 'gaps'],
    types: ['float64'],
    y: round.input.labels.map(({ y }) => y),
    // As integers in Python, and not one digit is lost.
    candids: Array.from({ length: 40 }, (_, row) => candidOf(row)),
    answers: ['AGN, or "other"', 'variable star'],
    confusion: evaluation.honest?.n,
    reliability: 5,
    importance: [
      ['b+gaps', 'permutation', 0.34, 0.03],
      ['a', 'permutation', 0.21, 0.02],
    ],
  });
  expect(z.object({ files: z.array(z.string()) }).parse(read).files).toEqual([
    'X_train.csv',
    'confusion.csv',
    'evaluation.json',
    'importance.csv',
    'labels.csv',
    'model/MLmodel',
    'model/conda.yaml',
    'model/finkvra-model.json',
    'model/input_example.json',
    'model/model.onnx',
    'model/python_env.yaml',
    'model/requirements.txt',
    'model/serving_input_example.json',
    'reliability.csv',
    'training_ids.csv',
    'y_train.csv',
  ]);
});

/** Has every engine trained on the table's first rows, logged, and loaded by Python to predict all of them. */
const expectEqualPredictions = async (table: Table): Promise<void> => {
  const rows = hardRows(table.x);
  const file = rowsFile(`rows-${table.x.rows}.json`, rows);
  const rounds = ENGINE_NAMES.map((engine, i) =>
    trainedRound({ round: i + 1, engine, labels: 100, table, experiment: `engines ${table.x.rows}` }),
  );
  const runs: string[] = [];
  for (const round of rounds) runs.push((await logged(round)).runId);
  const answers = predictions.parse(
    await runPython(PREDICT, server.url, ...runs.flatMap((run) => [`runs:/${run}/model`, file])),
  );
  for (const [i, { model, input }] of rounds.entries()) {
    const ours = model.predict(rows);
    expect(new Set(ours).size).toBeGreaterThan(20);
    expect(answers[i]).toMatchObject({ columns: ['probability'], onnx: 'ModelProto' });
    expect(answers[i]?.probability).toHaveLength(rows.rows);
    expect(worstDifference(ours, answers[i]?.probability ?? [])).toBeLessThan(1e-5);
    const example = model.predict(selectRows(input.x, [0, 1, 2, 3, 4]));
    expect(worstDifference(example, answers[i]?.example ?? [])).toBeLessThan(1e-5);
  }
};

describe('pyfunc.load_model predicts what every engine of ours predicts, missing values included, within 1e-5', () => {
  test('on a made-up table', () => expectEqualPredictions(madeUpTable(120, 5)));

  test.skipIf(!hasSharedData)(`on the ATLAS table${sharedNote}`, () => expectEqualPredictions(readAtlas()));
});

test('rounds that end while the server is down are logged once it is up again, each once and in order', async () => {
  const store = memoryTrackingStore();
  const experiment = 'down and up';
  const stop = new AbortController();
  const warnings: string[] = [];
  for (const round of [1, 2]) {
    store.addRound(trainedRound({ round, experiment }));
  }
  await server.stop();
  let waits = 0;
  const queue = runTrackingQueue({
    client,
    store,
    signal: stop.signal,
    log: { ...silent, warn: (_, message) => warnings.push(message) },
    sleep: async () => {
      waits += 1;
      await sleep(100);
    },
  });
  while (waits < 5) await sleep(50);
  expect(store.entries.map(({ done, failures }) => [done, failures])).toEqual([
    [null, []],
    [null, []],
  ]);
  expect(warnings).toEqual([
    expect.stringMatching(/^MLflow is out of reach, rounds wait for it: Cannot reach/),
  ]);

  await server.start();
  await store.allDone();
  stop.abort();
  await queue;
  const experimentId = (await client.findExperiment(experiment)) ?? '';
  for (const [i, key] of ['made-up-store:1', 'made-up-store:2'].entries()) {
    const runs = await client.runsByTag(experimentId, ROUND_KEY_TAG, key);
    expect(runs).toMatchObject([{ status: 'FINISHED', runId: store.entries[i]?.done?.runId }]);
  }
  expect(await lastRound(client, experiment)).toMatchObject({ round: 2, runName: 'round_2_uncertainty' });
});

test('a round that was cut off in the middle is completed, not doubled', async () => {
  const experiment = 'cut off';
  const { input, saved } = trainedRound({ experiment, registeredModel: 'cut-off' });
  const record = roundRecord(input);
  const stop = new AbortController();
  // The process ends between two files.
  const dying: MlflowClient = {
    ...client,
    uploadArtifact: (run, path, content) => {
      if (path === 'labels.csv') stop.abort(new Error('power cut'));
      return client.uploadArtifact(run, path, content, stop.signal);
    },
  };
  await expect(logRound(dying, record, saved, stop.signal)).rejects.toThrow('power cut');
  expect(await lastRound(client, experiment)).toBeNull();

  const first = await logRound(client, record, saved);
  const again = await logRound(client, record, saved);
  expect(again).toEqual(first);
  expect(first).toMatchObject({ modelVersion: '1', warnings: [] });
  const experimentId = (await client.findExperiment(experiment)) ?? '';
  const runs = await client.runsByTag(experimentId, ROUND_KEY_TAG, record.key);
  expect(runs).toMatchObject([{ runId: first.runId, status: 'FINISHED' }]);
  expect(
    z.object({ accuracy: z.array(z.unknown()) }).parse(await runPython(READ_RUN, server.url, first.runId))
      .accuracy,
  ).toHaveLength(1);
});

test('work goes on from the last finished round, past unfinished rounds and runs of others', async () => {
  const experiment = 'resume';
  expect(await lastRound(client, experiment)).toBeNull();
  for (const round of [3, 4]) {
    await logRound(client, roundRecord(trainedRound({ round, experiment }).input), null);
  }
  const experimentId = await client.getOrCreateExperiment(experiment);
  const begin = (runName: string) =>
    client.createRun({ experimentId, runName, startTime: Date.UTC(2027, 0, 1) });
  await begin('round_5_uncertainty');
  const other = await begin('trying something');
  await client.finishRun(other.runId, { status: 'FINISHED', endTime: Date.UTC(2027, 0, 2) });
  expect(await lastRound(client, experiment)).toMatchObject({
    round: 4,
    startedAt: Date.UTC(2026, 2, 4, 14, 30),
  });
});

test('a promoted model is the champion that Python loads; rolling back makes an earlier one it again', async () => {
  const experiment = 'registry';
  const registeredModel = 'finkvra-galactic';
  const rounds = [1, 2].map((round) =>
    trainedRound({ round, labels: 30 + 10 * round, experiment, registeredModel }),
  );
  const alias = { kind: 'alias', experiment, registeredModel, alias: 'champion' } as const;
  const promote = (round: number) => setRoundAlias(client, { ...alias, roundKey: `made-up-store:${round}` });

  expect(await promote(1)).toEqual({ kind: 'not-logged-yet' });
  expect(await client.getAlias(registeredModel, 'champion')).toBeNull();
  for (const round of rounds) await logged(round);
  expect(await client.getAlias(registeredModel, 'champion')).toBeNull();
  expect(await promote(2)).toMatchObject({ kind: 'set', modelVersion: '2' });
  expect(await client.getAlias(registeredModel, 'champion')).toMatchObject({ version: '2' });

  const x = madeUpTable(50, 9).x;
  const file = rowsFile('champion.json', x);
  const byChampion = async () => {
    const [answer] = predictions.parse(
      await runPython(PREDICT, server.url, `models:/${registeredModel}@champion`, file),
    );
    return answer?.probability ?? [];
  };
  expect(worstDifference(rounds[1]?.model.predict(x) ?? [], await byChampion())).toBeLessThan(1e-5);
  expect(await promote(1)).toMatchObject({ kind: 'set', modelVersion: '1' });
  expect(worstDifference(rounds[0]?.model.predict(x) ?? [], await byChampion())).toBeLessThan(1e-5);
});

test('two that make an experiment at the same time get the same one', async () => {
  const names = Array.from({ length: 6 }, () => 'race, with a space & "quotes"');
  const ids = await Promise.all(names.map((name) => client.getOrCreateExperiment(name)));
  expect(new Set(ids).size).toBe(1);
});

test('more than one request takes is logged whole', async () => {
  const experimentId = await client.getOrCreateExperiment('large');
  const run = await client.createRun({ experimentId, runName: 'large', startTime: Date.now() });
  const entries = (n: number, length: number) =>
    Array.from({ length: n }, (_, i) => ({ key: `key ${i}`, value: 'ü'.repeat(length) }));
  await client.logBatch(run.runId, {
    params: entries(230, 3000),
    tags: entries(230, 500),
    metrics: Array.from({ length: 2500 }, (_, i) => ({
      key: `metric/${i}`,
      value: i,
      timestamp: 1.5,
      step: 30,
    })),
  });
  const counted = await runPython(
    `import json, sys, mlflow
data = mlflow.MlflowClient().get_run(sys.argv[1]).data
print(json.dumps([len(data.params), len([t for t in data.tags if t.startswith('key')]), len(data.metrics)]))`,
    server.url,
    run.runId,
  );
  expect(counted).toEqual([230, 230, 2500]);
});

test('ping tells the version, and a server that does not take files is told apart', async () => {
  const bare = await startMlflowServer(['--no-serve-artifacts']);
  try {
    const other = createMlflowClient({ url: bare.url, auth: null });
    expect(await other.ping()).toEqual({ version: expect.stringMatching(/^3\./) });
    const { input, saved } = trainedRound({ registeredModel: 'nowhere' });
    const outcome = await logRound(other, roundRecord(input), saved);
    expect(outcome).toMatchObject({
      modelVersion: null,
      warnings: [expect.stringMatching(/does not take files itself.*--artifacts-destination/)],
    });
    expect(await lastRound(other, input.experiment)).toMatchObject({ round: 1, runId: outcome.runId });
  } finally {
    await bare.remove();
  }
}, 240_000);

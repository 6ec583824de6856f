import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMlflowClient } from '../../src/mlflow/client/mlflow-client.ts';
import { lastRound, roundOfRun } from '../../src/mlflow/last-round.ts';
import { roundRecord } from '../../src/mlflow/round-record.ts';
import { runTrackingQueue } from '../../src/mlflow/tracking-queue.ts';
import { type MemoryTrackingStore, memoryTrackingStore } from './memory-tracking-store.ts';
import { type MlflowStandIn, type StandInOptions, startMlflowStandIn } from './stand-in.ts';
import { trainedRound } from './trained-round.ts';

const MINUTE = 60_000;
const registeredModel = 'galactic';
const rounds = [1, 2, 3].map((round) => trainedRound({ round, labels: 30, registeredModel }));

let standIn: MlflowStandIn;
let store: MemoryTrackingStore;

beforeEach(async () => {
  standIn = await startMlflowStandIn();
  store = memoryTrackingStore();
});

afterEach(() => standIn.stop());

const add = (...numbers: number[]): void => {
  for (const number of numbers) {
    const round = rounds[number - 1];
    if (round === undefined) throw new Error(`no round ${number}`);
    store.addRound(round);
  }
};

const addChampion = (round: number): void => {
  const { experiment = '' } = rounds[0]?.input ?? {};
  store.add({
    kind: 'alias',
    experiment,
    roundKey: `made-up-store:${round}`,
    registeredModel,
    alias: 'champion',
  });
};

interface Played {
  /** Waits that the queue asked for, ms, in order. */
  readonly waits: number[];
  readonly log: { readonly level: string; readonly message: string; readonly fields: object }[];
}

/**
 * Runs the queue on a clock of its own, whose waits take no time, until nothing is left to do or it has waited
 * `most` times.
 */
const play = async (most = 50, during: (waits: number) => void = () => {}): Promise<Played> => {
  const stop = new AbortController();
  const played: Played = { waits: [], log: [] };
  let now = Date.UTC(2026, 2, 10);
  const note = (level: string) => (fields: object, message: string) => {
    played.log.push({ level, fields, message });
  };
  await runTrackingQueue({
    client: createMlflowClient({ url: standIn.url, auth: null, timeoutMs: 2000, uploadTimeoutMs: 2000 }),
    store,
    log: { debug: note('debug'), info: note('info'), warn: note('warn') },
    signal: stop.signal,
    clock: () => now,
    random: () => 1,
    sleep: async (ms) => {
      played.waits.push(ms);
      now += ms;
      during(played.waits.length);
      if (store.entries.every(({ done }) => done !== null) || played.waits.length >= most) stop.abort();
    },
  });
  return played;
};

const logOf = ({ log }: Played, level: string): string[] =>
  log.filter((line) => line.level === level).map(({ message }) => message);

const finished = () => standIn.runs.filter(({ deleted, status }) => !deleted && status === 'FINISHED');

describe('rounds that wait', () => {
  test('are logged one after another with all they have, then the queue waits for more', async () => {
    add(1, 2);
    const played = await play();
    expect(finished().map(({ name }) => name)).toEqual(['round_1_uncertainty', 'round_2_uncertainty']);
    expect([...(standIn.runs[0]?.files.keys() ?? [])].toSorted()).toEqual([
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
    expect(standIn.runs[0]?.files.get('model/finkvra-model.json')?.toString()).toBe(rounds[0]?.saved);
    expect(standIn.runs[0]).toMatchObject({
      startTime: rounds[0]?.input.startedAt,
      endTime: rounds[0]?.input.finishedAt,
    });
    expect(store.entries.map(({ done }) => done)).toMatchObject([
      { runId: 'run1', modelVersion: '1' },
      { runId: 'run2', modelVersion: '2' },
    ]);
    expect(played.waits).toEqual([10_000]);
    expect(logOf(played, 'info')).toEqual([
      'round_1_uncertainty is logged to MLflow',
      'round_2_uncertainty is logged to MLflow',
    ]);
  });

  test('outlast a server that is down: longer and longer waits, one warning, nobody blamed', async () => {
    add(1);
    standIn.fail(/./, ...Array.from({ length: 12 }, () => ({ kind: 'hang-up' }) as const));
    const played = await play();
    const seconds = played.waits.slice(0, 12).map((ms) => ms / 1000);
    expect(seconds).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
    expect(logOf(played, 'warn')).toEqual([
      expect.stringMatching(/^MLflow is out of reach, rounds wait for it/),
    ]);
    expect(logOf(played, 'info')).toContain('MLflow works again');
    expect(store.entries).toMatchObject([{ failures: [], done: { runId: 'run1' } }]);
  });

  test.each([502, 503, 504, 429])(
    'behind a proxy that answers %i wait as for a server that is down',
    async (status) => {
      add(1);
      standIn.fail(/./, { kind: 'status', status, headers: { 'retry-after': '42' } });
      const played = await play();
      expect(played.waits[0]).toBe(42_000);
      expect(store.entries).toMatchObject([{ failures: [], done: { runId: 'run1' } }]);
    },
  );

  test('with wrong credentials wait too, and the log says what to do without showing them', async () => {
    add(1);
    await standIn.stop();
    const options: StandInOptions = { authorization: 'Bearer right' };
    standIn = await startMlflowStandIn(options);
    const played = await play(4);
    expect(logOf(played, 'warn')).toEqual([expect.stringContaining('it wants credentials')]);
    expect(store.entries).toMatchObject([{ failures: [], done: null }]);
  });
});

describe('a round that was cut off', () => {
  test.each([
    ['runs/create', /runs\/create/],
    ['runs/log-batch', /log-batch/],
    ['a file', /labels\.csv/],
    ['the model', /model\.onnx/],
    ['registered-models/create', /registered-models\/create/],
    ['model-versions/create', /model-versions\/create/],
    ['runs/update', /runs\/update/],
  ])('where the answer of %s was lost is completed and not doubled', async (_, path) => {
    add(1);
    standIn.fail(path, { kind: 'lost-answer' }, { kind: 'lost-answer' });
    await play();
    expect(finished()).toHaveLength(1);
    expect(standIn.runs.filter(({ deleted }) => !deleted)).toHaveLength(1);
    expect(standIn.models.get(registeredModel)?.versions).toHaveLength(1);
    const { metrics } = roundRecord(rounds[0]?.input ?? trainedRound().input);
    expect(standIn.runs[0]?.metrics.size).toBe(Object.keys(metrics).length);
    expect(store.entries).toMatchObject([{ done: { runId: 'run1', modelVersion: '1' } }]);
  });

  test('and begun twice keeps one run; the other goes to the bin', async () => {
    add(1);
    const client = createMlflowClient({ url: standIn.url, auth: null });
    const { input } = rounds[0] ?? trainedRound();
    const experimentId = await client.getOrCreateExperiment(input.experiment);
    const tags = [{ key: 'finkvra.round_key', value: input.key }];
    for (const startTime of [2, 1]) await client.createRun({ experimentId, runName: 'x', startTime, tags });
    await play();
    expect(standIn.runs.map(({ status, deleted }) => [status, deleted])).toEqual([
      ['RUNNING', true],
      ['FINISHED', false],
    ]);
  });

  test('by a stop of this program ends at once and is completed by the next one', async () => {
    add(1);
    const stop = new AbortController();
    standIn.onRequest = (path) => {
      if (path.endsWith('y_train.csv')) stop.abort();
    };
    const silent = { debug: () => {}, info: () => {}, warn: () => {} };
    const client = createMlflowClient({ url: standIn.url, auth: null });
    await runTrackingQueue({ client, store, log: silent, signal: stop.signal });
    expect(finished()).toEqual([]);
    expect(store.entries).toMatchObject([{ failures: [], done: null }]);
    standIn.onRequest = () => {};
    await play();
    expect(standIn.runs.map(({ status }) => status)).toEqual(['FINISHED']);
  });
});

test('a round whose name a run of another store has is told apart from it, however often it is tried', async () => {
  const client = createMlflowClient({ url: standIn.url, auth: null });
  const { input } = rounds[0] ?? trainedRound();
  const experimentId = await client.getOrCreateExperiment(input.experiment);
  await client.createRun({ experimentId, runName: 'round_1_uncertainty', startTime: 1 });
  add(1, 2);
  standIn.fail(/log-batch/, { kind: 'lost-answer' });
  const played = await play();
  expect(finished().map(({ name }) => name)).toEqual(['round_1_uncertainty_made-up-', 'round_2_uncertainty']);
  expect(logOf(played, 'warn')).toContain(
    'round_1_uncertainty is logged as round_1_uncertainty_made-up-: another store has a run of that name.',
  );
  expect(await lastRound(client, input.experiment)).toMatchObject({ round: 2 });
});

describe('a round that fails by itself', () => {
  test('steps aside for the others, longer each time, with its reason', async () => {
    add(1, 2);
    const body = JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message: 'no' });
    const refusals = Array.from({ length: 3 }, () => ({ kind: 'status', status: 400, body }) as const);
    standIn.fail(/runs\/create/, ...refusals.slice(0, 1));
    const refuseFirst = (waits: number): void => {
      if (waits === 1) standIn.fail(/runs\/create/, ...refusals.slice(0, 1));
    };
    await play(50, refuseFirst);
    const [first, second] = store.entries;
    expect(second).toMatchObject({ failures: [], done: { runId: 'run1' } });
    expect(first?.done).toMatchObject({ runId: 'run2' });
    expect(first?.failures.map(({ at, retryAt }) => retryAt - at)).toEqual([MINUTE, 2 * MINUTE]);
    expect(first?.failures[0]?.reason).toContain('INVALID_PARAMETER_VALUE: no');
  });

  test('inside the server is tried again within a quarter of an hour, however often it failed', async () => {
    add(1);
    standIn.fail(/log-batch/, ...Array.from({ length: 9 }, () => ({ kind: 'status', status: 500 }) as const));
    await play(400);
    const [entry] = store.entries;
    expect(entry?.failures).toHaveLength(9);
    expect(Math.max(...(entry?.failures ?? []).map(({ at, retryAt }) => retryAt - at))).toBe(15 * MINUTE);
    expect(entry?.done).toMatchObject({ runId: 'run1' });
  });

  test('because its model is damaged keeps the others going', async () => {
    const { input } = rounds[0] ?? trainedRound();
    store.addRound({ input, saved: '{"engine":"extra-trees"}' });
    add(2);
    await play(3);
    expect(store.entries[0]?.failures[0]?.reason).toContain('cannot be exported');
    expect(store.entries[1]?.done).toMatchObject({ modelVersion: '1' });
  });
});

describe('trouble with our own store', () => {
  test('is waited out, and what was logged meanwhile is not logged again', async () => {
    add(1);
    const { markDone } = store;
    let refusals = 2;
    store.markDone = async (id, done) => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('database is locked');
      return markDone(id, done);
    };
    await play();
    expect(standIn.runs.map(({ status }) => status)).toEqual(['FINISHED']);
    expect(store.entries[0]?.done).toMatchObject({ runId: 'run1', modelVersion: '1' });
  });
});

describe('the champion', () => {
  test('is set on the version of the promoted round, and moved back', async () => {
    add(1, 2);
    addChampion(2);
    await play();
    expect(standIn.models.get(registeredModel)?.aliases.get('champion')).toBe('2');
    addChampion(1);
    const played = await play();
    expect(standIn.models.get(registeredModel)?.aliases.get('champion')).toBe('1');
    expect(logOf(played, 'info')).toEqual(['galactic version 1 is champion in MLflow']);
  });

  test('waits until its round is logged', async () => {
    addChampion(1);
    await play(1);
    expect(store.entries[0]?.failures[0]?.reason).toContain('round made-up-store:1 is not logged yet');
    add(1);
    await play();
    expect(standIn.models.get(registeredModel)?.aliases.get('champion')).toBe('1');
  });
});

test('a server that does not take files gets the round without them, and one warning for all rounds', async () => {
  await standIn.stop();
  standIn = await startMlflowStandIn({ artifactRoot: 's3://bucket/' });
  add(1, 2);
  addChampion(1);
  const played = await play();
  expect(standIn.runs.map(({ status, tags }) => [status, tags.get('finkvra.artifacts')])).toEqual([
    ['FINISHED', 'not proxied'],
    ['FINISHED', 'not proxied'],
  ]);
  expect(logOf(played, 'warn').filter((line) => line.includes('does not take files'))).toHaveLength(1);
  expect(logOf(played, 'warn')).toContain(
    "champion cannot be set in MLflow: the round's model is not in the registry.",
  );
  expect(store.entries.map(({ done }) => done?.modelVersion)).toEqual([null, null, null]);
});

test('a server without a registry gets the rounds and models all the same', async () => {
  add(1);
  const body = JSON.stringify({ error_code: 'FEATURE_DISABLED', message: 'Model registry is not available' });
  standIn.fail(/registered-models/, { kind: 'status', status: 400, body });
  const played = await play();
  expect(standIn.runs[0]?.files.has('model/model.onnx')).toBe(true);
  expect(store.entries[0]?.done).toMatchObject({ runId: 'run1', modelVersion: null });
  expect(logOf(played, 'warn')).toEqual([expect.stringContaining('has no model registry')]);
});

test('work goes on from the last finished round, by its tag or by its name', async () => {
  const client = createMlflowClient({ url: standIn.url, auth: null });
  expect(await lastRound(client, 'finkvra-galactic')).toBeNull();
  add(1, 2);
  await play();
  expect(await lastRound(client, 'finkvra-galactic')).toMatchObject({ round: 2, runId: 'run2' });
  expect(roundOfRun({ runName: 'round_12_uncertainty', tags: {} })).toBe(12);
  expect(roundOfRun({ runName: 'renamed', tags: { 'finkvra.round': '7' } })).toBe(7);
  expect(roundOfRun({ runName: 'around_12_x', tags: {} })).toBeNull();
});

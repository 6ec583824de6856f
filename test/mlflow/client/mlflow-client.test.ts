import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FinkvraError } from '../../../src/lib/errors.ts';
import { createMlflowClient, type MlflowAuth } from '../../../src/mlflow/client/mlflow-client.ts';
import { MlflowError } from '../../../src/mlflow/client/mlflow-error.ts';
import { type MlflowStandIn, startMlflowStandIn } from '../stand-in.ts';

let standIn: MlflowStandIn;

beforeEach(async () => {
  standIn = await startMlflowStandIn();
});

afterEach(() => standIn.stop());

const clientOf = (url = standIn.url, auth: MlflowAuth | null = null, timeoutMs = 5000) =>
  createMlflowClient({ url, auth, timeoutMs, uploadTimeoutMs: timeoutMs });

const newRun = async (client = clientOf()) =>
  client.createRun({
    experimentId: await client.getOrCreateExperiment('e'),
    runName: 'round_1_random',
    startTime: 1_700_000_000_000.4,
    tags: [{ key: 'finkvra.round_key', value: 'store:1' }],
  });

const failureOf = async (promise: Promise<unknown>): Promise<MlflowError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof MlflowError) return error;
  throw new Error(`no MlflowError: ${String(error)}`);
};

describe('experiments', () => {
  test('are made once and found again', async () => {
    const client = clientOf();
    expect(await client.findExperiment('e')).toBeNull();
    const id = await client.getOrCreateExperiment('e');
    expect(await client.getOrCreateExperiment('e')).toBe(id);
    expect(await client.findExperiment('e')).toBe(id);
  });

  test('made by somebody else between the two calls are used', async () => {
    standIn.onRequest = (path) => {
      if (path.endsWith('experiments/create')) standIn.experiments.set('e', { id: '77', deleted: false });
    };
    expect(await clientOf().getOrCreateExperiment('e')).toBe('77');
  });

  test('in the bin are not written to: the error says what to do', async () => {
    standIn.experiments.set('e', { id: '1', deleted: true });
    const error = await failureOf(clientOf().getOrCreateExperiment('e'));
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('restore it') });
  });
});

describe('runs', () => {
  test('begin with their tags, take data, and end', async () => {
    const client = clientOf();
    const run = await newRun(client);
    expect(run).toMatchObject({
      status: 'RUNNING',
      startTime: 1_700_000_000_000,
      tags: { 'finkvra.round_key': 'store:1' },
    });
    await client.logBatch(run.runId, {
      params: [{ key: 'engine', value: 'extra-trees' }],
      metrics: [{ key: 'accuracy', value: 0.875, timestamp: 1.5, step: 30 }],
    });
    await client.finishRun(run.runId, { status: 'FINISHED', endTime: 1_700_000_005_000 });
    expect(standIn.runs).toMatchObject([{ status: 'FINISHED', endTime: 1_700_000_005_000 }]);
    expect([...(standIn.runs[0]?.metrics.values() ?? [])]).toEqual([
      { key: 'accuracy', value: 0.875, timestamp: 2, step: 30 },
    ]);
  });

  test('more than one request takes arrives whole, and again without harm', async () => {
    const client = clientOf();
    const { runId } = await newRun(client);
    const entries = (name: string, n: number, length: number) =>
      Array.from({ length: n }, (_, i) => ({ key: `${name} ${i}`, value: 'x'.repeat(length) }));
    const data = {
      params: entries('param', 250, 5000),
      tags: entries('tag', 120, 7000),
      metrics: Array.from({ length: 2100 }, (_, i) => ({
        key: `m/${i}`,
        value: i / 7,
        timestamp: 1,
        step: 40,
      })),
    };
    await client.logBatch(runId, data);
    await client.logBatch(runId, data);
    const [run] = standIn.runs;
    expect([run?.params.size, run?.tags.size, run?.metrics.size]).toEqual([250, 121, 2100]);
  });

  test('are found by a tag, the earliest first, those in the bin left out', async () => {
    const client = clientOf();
    const [first, second] = [await newRun(client), await newRun(client)];
    const find = async () =>
      (await client.runsByTag(first.experimentId, 'finkvra.round_key', 'store:1')).map((r) => r.runId);
    expect(await find()).toEqual([first.runId, second.runId]);
    await client.deleteRun(first.runId);
    expect(await find()).toEqual([second.runId]);
    expect(await client.runsByTag(first.experimentId, 'finkvra.round_key', 'store:2')).toEqual([]);
    await expect(client.runsByTag(first.experimentId, 'k', "o'brien")).rejects.toThrow("with ' in it");
  });

  test('the last finished one is found beyond the first page', async () => {
    const client = clientOf();
    const experimentId = await client.getOrCreateExperiment('e');
    for (let i = 0; i < 250; i++) {
      const run = await client.createRun({
        experimentId,
        runName: i < 20 ? `round_${i}_x` : 'other',
        startTime: i,
      });
      if (i !== 19) await client.finishRun(run.runId, { status: 'FINISHED', endTime: i });
    }
    expect(await client.lastFinishedRun(experimentId)).toMatchObject({ startTime: 249 });
    const isRound = (run: { runName: string }) => run.runName.startsWith('round');
    expect(await client.lastFinishedRun(experimentId, isRound)).toMatchObject({ runName: 'round_18_x' });
    expect(await client.lastFinishedRun(experimentId, () => false)).toBeNull();
  });
});

describe('artifacts', () => {
  test('go through the server, whatever their names and bytes', async () => {
    const client = clientOf();
    const run = await newRun(client);
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
    expect(await client.uploadArtifact(run, 'model/a b#1?.onnx', bytes)).toEqual({ kind: 'uploaded' });
    expect(await client.uploadArtifact(run, 'empty.csv', new Uint8Array())).toEqual({ kind: 'uploaded' });
    expect(standIn.runs[0]?.files.get('model/a b#1?.onnx')).toEqual(Buffer.from(bytes));
    expect(standIn.runs[0]?.files.get('empty.csv')).toHaveLength(0);
  });

  test('cannot climb out of the run', async () => {
    await expect(
      clientOf().uploadArtifact(await newRun(), '../../other/x', new Uint8Array()),
    ).rejects.toThrow('cannot go up');
  });

  test.each([
    's3://bucket/1/abc',
    'file:///mlruns/1/abc',
    '/mlruns/1/abc',
    'mlflow-artifacts://elsewhere:8080/1/abc',
  ])('are not sent for %s: the outcome says that the server does not take them', async (artifactUri) => {
    const outcome = await clientOf().uploadArtifact({ artifactUri }, 'x.csv', new Uint8Array());
    expect(outcome).toEqual({ kind: 'not-proxied', artifactUri });
    expect(standIn.requests).toEqual([]);
  });

  test('of a server that names itself in the address are sent', async () => {
    const run = await newRun();
    const named = run.artifactUri.replace(
      'mlflow-artifacts:/',
      `mlflow-artifacts://${new URL(standIn.url).host}/`,
    );
    expect(await clientOf().uploadArtifact({ artifactUri: named }, 'x.csv', new Uint8Array())).toEqual({
      kind: 'uploaded',
    });
  });
});

describe('the registry', () => {
  test('makes a model once, versions of runs, and moves an alias', async () => {
    const client = clientOf();
    await client.registerModel('galactic');
    await client.registerModel('galactic');
    const runs = [await newRun(client), await newRun(client)];
    expect(await client.getAlias('galactic', 'champion')).toBeNull();
    expect(await client.getAlias('no such model', 'champion')).toBeNull();
    for (const run of runs) await client.createModelVersion({ name: 'galactic', run, artifactPath: 'model' });
    expect(await client.findModelVersion('galactic', runs[1]?.runId ?? '')).toMatchObject({ version: '2' });
    expect(await client.findModelVersion('galactic', 'run99')).toBeNull();
    await client.setAlias('galactic', 'champion', '1');
    await client.setAlias('galactic', 'champion', '2');
    expect(await client.getAlias('galactic', 'champion')).toMatchObject({
      version: '2',
      runId: runs[1]?.runId,
    });
  });

  test("MLflow's refusal comes with its code and words", async () => {
    const error = await failureOf(clientOf().registerModel('a/b'));
    expect(error).toMatchObject({ kind: 'refused', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' });
    expect(error.message).toContain("cannot contain '/'");
    const missing = await failureOf(clientOf().setAlias('none', 'champion', '1'));
    expect(missing).toMatchObject({ kind: 'refused', status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' });
  });
});

describe('credentials', () => {
  const basic = { kind: 'basic', username: 'fink', password: 'pässword:1' } as const;
  const bearer = { kind: 'bearer', token: 'eyJ.secret.token' } as const;

  test.each([
    ['basic', basic, `Basic ${Buffer.from('fink:pässword:1').toString('base64')}`],
    ['bearer', bearer, 'Bearer eyJ.secret.token'],
  ] as const)('%s ones are accepted where they are wanted', async (_, auth, authorization) => {
    const guarded = await startMlflowStandIn({ authorization });
    try {
      expect(await clientOf(guarded.url, auth).ping()).toEqual({ version: '3.17.2' });
      expect(await failureOf(clientOf(guarded.url).ping())).toMatchObject({
        kind: 'unauthorised',
        status: 401,
        message: expect.stringContaining('set a user and password or a token'),
      });
      const wrong = await failureOf(clientOf(guarded.url, { kind: 'bearer', token: 'other' }).ping());
      expect(wrong.message).toContain('does not accept these credentials');
    } finally {
      await guarded.stop();
    }
  });

  test.each([basic, bearer])('are never in an error, though the server repeats them', async (auth) => {
    const secrets =
      auth.kind === 'basic'
        ? [auth.password, Buffer.from('fink:pässword:1').toString('base64')]
        : [auth.token];
    for (const status of [400, 401, 403, 500, 302]) {
      const said = secrets.join(' and ');
      standIn.fail(/search/, {
        kind: 'status',
        status,
        body: JSON.stringify({ error_code: 'BAD', message: `I was given ${said}` }),
        headers: { location: `http://other/${secrets.map(encodeURIComponent).join('/')}` },
      });
      const error = await failureOf(clientOf(standIn.url, auth).ping());
      for (const secret of [...secrets, ...secrets.map(encodeURIComponent)])
        expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(secret);
    }
  });

  test('that no header takes, and addresses with credentials, are refused without showing them', () => {
    const attempts = [
      () => clientOf(standIn.url, { kind: 'bearer', token: 'tok\nen' }),
      () => clientOf(standIn.url, { kind: 'basic', username: 'a:b', password: 'c' }),
      () => clientOf('http://user:hunter2@127.0.0.1:5000'),
      () => clientOf('http://127.0.0.1:5000/?token=hunter2'),
      () => clientOf('mlflow.example:5000'),
      () => clientOf('not an address'),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow(FinkvraError);
      expect(attempt).not.toThrow(/hunter2|tok\nen/);
    }
  });
});

describe('trouble', () => {
  test('a server that is not there is unreachable', async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await new Promise((resolve) => listener.close(resolve));
    const error = await failureOf(clientOf(`http://127.0.0.1:${port}`).ping());
    expect(error).toMatchObject({ kind: 'unreachable', status: null });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  test('a connection that breaks is unreachable, silence is a timeout, an abort is the reason given', async () => {
    standIn.fail(/search/, { kind: 'hang-up' });
    expect(await failureOf(clientOf().ping())).toMatchObject({ kind: 'unreachable' });
    standIn.fail(/search/, { kind: 'silent' });
    expect(await failureOf(clientOf(standIn.url, null, 150).ping())).toMatchObject({ kind: 'timeout' });
    standIn.fail(/search/, { kind: 'silent' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('shutting down')), 50);
    await expect(clientOf().ping(stop.signal)).rejects.toThrow('shutting down');
  });

  test.each([
    [500, {}, 'server-error', /answered 500/],
    [503, { 'retry-after': '7' }, 'server-error', /answered 503/],
    [
      301,
      { location: 'https://mlflow.example/x?token=y' },
      'bad-answer',
      /redirects to https:\/\/mlflow\.example\/x:/,
    ],
    [404, {}, 'bad-answer', /is this the address of an MLflow server/],
  ] as const)('%i is told for what it is', async (status, headers, kind, words) => {
    standIn.fail(/search/, { kind: 'status', status, headers });
    const error = await failureOf(clientOf().ping());
    expect(error).toMatchObject({ kind, status, message: expect.stringMatching(words) });
    expect(error.retryAfterMs).toBe(status === 503 ? 7000 : null);
  });

  test('a server that does not accept its own name says what to start it with', async () => {
    const body = 'Invalid Host header - possible DNS rebinding attack detected';
    standIn.fail(/search/, { kind: 'status', status: 403, body });
    expect(await failureOf(clientOf().ping())).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('--allowed-hosts'),
    });
  });

  test('a page instead of an answer is not taken for one', async () => {
    standIn.fail(/create/, { kind: 'status', status: 200, body: '<html>Please log in</html>' });
    expect(await failureOf(clientOf().getOrCreateExperiment('e'))).toMatchObject({ kind: 'bad-answer' });
    standIn.fail(/log-batch/, { kind: 'status', status: 200, body: '<html>Please log in</html>' });
    const data = { tags: [{ key: 'a', value: 'b' }] };
    expect(await failureOf(clientOf().logBatch('run1', data))).toMatchObject({ kind: 'bad-answer' });
    standIn.fail(/create/, { kind: 'status', status: 200, body: '{"experiment":1}' });
    expect(await failureOf(clientOf().getOrCreateExperiment('e'))).toMatchObject({
      kind: 'bad-answer',
      message: expect.stringContaining('experiment_id'),
    });
  });

  test('a server that speaks the API but does not tell its version is fine', async () => {
    standIn.fail(/version/, { kind: 'status', status: 404 });
    expect(await clientOf().ping()).toEqual({ version: null });
  });

  test('a server under a path of its own is spoken to there', async () => {
    const below = await startMlflowStandIn({ prefix: '/tools/mlflow' });
    try {
      const client = clientOf(`${below.url}/`);
      const run = await newRun(client);
      expect(await client.uploadArtifact(run, 'x.csv', new Uint8Array(3))).toEqual({ kind: 'uploaded' });
      expect(below.runs[0]?.files.size).toBe(1);
    } finally {
      await below.stop();
    }
  });
});

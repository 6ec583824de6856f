import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportModel } from '../../../src/mlflow/onnx/export-model.ts';
import { type ModelFolderInput, modelFolder } from '../../../src/mlflow/onnx/model-folder.ts';
import { roundRecord } from '../../../src/mlflow/round-record.ts';
import { createEngine, loadModel } from '../../../src/pipeline/learning/engines/engines.ts';
import { madeUpTable } from '../../pipeline/learning/made-up-table.ts';
import { trainedRound } from '../trained-round.ts';

const round = trainedRound({ engine: 'extra-trees' });
const input: ModelFolderInput = {
  saved: round.saved,
  runId: '0123456789abcdef0123456789abcdef',
  artifactPath: 'model',
  createdAt: Date.UTC(2026, 2, 1, 16),
  classes: ['not galactic', 'galactic'],
  example: roundRecord(round.input).example,
};

const textOf = (folder: ReturnType<typeof modelFolder>, path: string): string => {
  const found = folder.files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return new TextDecoder().decode(found.bytes);
};

describe('the folder of a model', () => {
  const folder = modelFolder(input);

  test('is what MLflow expects of an ONNX model, and names only files that are in it', () => {
    const mlmodel: unknown = parse(textOf(folder, 'MLmodel'), { version: '1.1' });
    expect(mlmodel).toMatchObject({
      flavors: {
        onnx: { data: 'model.onnx' },
        python_function: {
          data: 'model.onnx',
          loader_module: 'mlflow.onnx',
          env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
          python_version: '3.11',
        },
      },
      run_id: input.runId,
      utc_time_created: '2026-03-01 16:00:00.000',
      saved_input_example_info: {
        artifact_path: 'input_example.json',
        serving_input_path: 'serving_input_example.json',
      },
      signature: {
        inputs: JSON.stringify(
          ['a', 'b', 'noise', 'gaps'].map((name) => ({ type: 'double', name, required: true })),
        ),
        outputs: '[{"type":"float","name":"probability","required":true}]',
      },
    });
    expect(folder.withoutOnnx).toBeNull();
    expect(folder.files.map(({ path }) => path)).toEqual([
      'MLmodel',
      'finkvra-model.json',
      'model.onnx',
      'requirements.txt',
      'conda.yaml',
      'python_env.yaml',
      'input_example.json',
      'serving_input_example.json',
    ]);
    expect(parse(textOf(folder, 'conda.yaml'))).toMatchObject({
      dependencies: ['python=3.11', 'pip', { pip: textOf(folder, 'requirements.txt').trim().split('\n') }],
    });
    expect(parse(textOf(folder, 'python_env.yaml'), { version: '1.1' })).toMatchObject({ python: '3.11' });
  });

  test('has our own JSON, from which the same model comes back', () => {
    const loaded = loadModel(JSON.parse(textOf(folder, 'finkvra-model.json')));
    const { x } = madeUpTable(50, 3);
    expect(loaded.predict(x)).toEqual(round.model.predict(x));
  });

  test('is the same, byte for byte, whenever it is made', async () => {
    expect(await exportModel(input)).toEqual(folder);
  });

  test('of an engine without an ONNX form is our JSON alone, and says why', () => {
    const other = modelFolder({
      ...input,
      saved: JSON.stringify({ ...round.model.save(), engine: 'neighbours' }),
    });
    expect(other.files.map(({ path }) => path)).toEqual(['finkvra-model.json']);
    expect(other.withoutOnnx).toBe('the engine neighbours has no ONNX form');
  });
});

describe('exporting in a thread', () => {
  test('leaves the main thread free, also with a forest of many nodes', async () => {
    const { x, y } = madeUpTable(1500, 3);
    const saved = JSON.stringify(createEngine('extra-trees').fit(x, y, { seed: 1 }).model.save());
    const cpu = process.threadCpuUsage();
    const folder = await exportModel({ ...input, saved, example: null });
    const { user, system } = process.threadCpuUsage(cpu);
    expect(folder.files.find(({ path }) => path === 'model.onnx')?.bytes.length).toBeGreaterThan(1_000_000);
    // What this thread computed itself, so that other programs on the machine do not count.
    expect((user + system) / 1000).toBeLessThan(50);
  });

  test('a damaged model is an error that says so', async () => {
    const saved = JSON.stringify({ ...round.model.save(), parameters: {} });
    await expect(exportModel({ ...input, saved })).rejects.toThrow(/cannot be exported: .*damaged/);
    await expect(exportModel({ ...input, saved: 'no JSON' })).rejects.toThrow(/cannot be exported/);
  });

  test('ends when it is no longer wanted', async () => {
    const stop = new AbortController();
    const exported = exportModel(input, stop.signal);
    stop.abort(new Error('shutting down'));
    await expect(exported).rejects.toThrow('shutting down');
    await expect(exportModel(input, stop.signal)).rejects.toThrow('shutting down');
  });
});

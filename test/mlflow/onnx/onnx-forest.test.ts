import { describe, expect, test } from 'vitest';
import { toOnnx } from '../../../src/mlflow/onnx/onnx-forest.ts';
import { createEngine, ENGINE_NAMES } from '../../../src/pipeline/learning/engines/engines.ts';
import { madeUpTable } from '../../pipeline/learning/made-up-table.ts';
import { evaluateOnnx, type ReadOnnx, readOnnx } from '../read-onnx.ts';

const onnxOf = (saved: Parameters<typeof toOnnx>[0]): ReadOnnx => {
  const outcome = toOnnx(saved);
  if (outcome.kind !== 'onnx') throw new Error(outcome.reason);
  return readOnnx(outcome.bytes);
};

const train = madeUpTable(60, 1);

describe.each(ENGINE_NAMES)('the ONNX form of %s', (name) => {
  const { model } = createEngine(name).fit(train.x, train.y, { seed: 1 });
  const onnx = onnxOf(model.save());
  const rowOf = (values: Float64Array, row: number): number[] => [...values.slice(row * 4, row * 4 + 4)];

  test('says what our model says, for new rows and for odd ones', () => {
    const { x } = madeUpTable(40, 2);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, -1e300, 0, -0];
    odd.forEach((value, i) => {
      x.values[i * 4 + (i % 4)] = value;
    });
    x.values.fill(Number.NaN, 36, 40);
    const ours = model.predict(x);
    expect(new Set(ours).size).toBeGreaterThan(10);
    for (let row = 0; row < x.rows; row++) {
      expect(Math.abs(evaluateOnnx(onnx, rowOf(x.values, row)) - (ours[row] ?? Number.NaN))).toBeLessThan(
        1e-6,
      );
    }
  });

  test('says the same on both sides of every threshold, nearer than float32 can tell', () => {
    const ensemble = onnx.nodes.find(({ operator }) => operator === 'TreeEnsembleClassifier')?.attributes;
    const columns = ensemble?.nodes_featureids?.ints ?? [];
    const thresholds = (ensemble?.nodes_values?.floats ?? []).flatMap((threshold, i) =>
      ensemble?.nodes_modes?.texts[i] === 'LEAF' || Math.abs(threshold) > 1e30 || (columns[i] ?? 0) > 3
        ? []
        : [{ threshold, column: columns[i] ?? 0 }],
    );
    expect(thresholds.length).toBeGreaterThan(100);
    const values = new Float64Array(4 * 3 * 40);
    thresholds.slice(0, 40).forEach(({ threshold, column }, i) => {
      [threshold, threshold * (1 + 1e-9), threshold * (1 - 1e-9)].forEach((value, k) => {
        const row = 3 * i + k;
        values.set([0.1, 0.2, 0.3, 0.4], 4 * row);
        values[4 * row + column] = value;
      });
    });
    const rows = values.length / 4;
    const ours = model.predict({ names: train.x.names, rows, values });
    for (let row = 0; row < rows; row++) {
      expect(Math.abs(evaluateOnnx(onnx, rowOf(values, row)) - (ours[row] ?? Number.NaN))).toBeLessThan(1e-6);
    }
  });

  test('tells its engine and features, and is of a version that readers of 2022 know', () => {
    expect(onnx).toMatchObject({
      irVersion: 8,
      operators: { '': 17, 'ai.onnx.ml': 3 },
      metadata: { engine: name, features: JSON.stringify(train.x.names) },
    });
  });
});

test('a table without missing values has an ONNX form too', () => {
  const { x, y } = madeUpTable(40, 3);
  x.values.forEach((value, i) => {
    if (Number.isNaN(value)) x.values[i] = 1;
  });
  for (const name of ENGINE_NAMES) {
    const { model } = createEngine(name).fit(x, y, { seed: 1 });
    const row = [0.2, 0.3, 0.5, 1.5];
    const [ours = Number.NaN] = model.predict({ names: x.names, rows: 1, values: Float64Array.from(row) });
    expect(evaluateOnnx(onnxOf(model.save()), row)).toBeCloseTo(ours, 6);
  }
});

test('an engine or version that is not known has none, and says so', () => {
  const saved = createEngine('extra-trees').fit(train.x, train.y, { seed: 1 }).model.save();
  expect(toOnnx({ ...saved, engine: 'nearest-neighbours' })).toEqual({
    kind: 'no-onnx-form',
    reason: 'the engine nearest-neighbours has no ONNX form',
  });
  expect(toOnnx({ ...saved, version: 99 })).toMatchObject({ reason: expect.stringContaining('version 99') });
});

test('a damaged model is not exported', () => {
  const saved = createEngine('extra-trees').fit(train.x, train.y, { seed: 1 }).model.save();
  expect(() => toOnnx({ ...saved, parameters: {} })).toThrow(/damaged/);
});

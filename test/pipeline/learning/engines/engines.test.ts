import { describe, expect, test } from 'vitest';
import { binaryMetrics } from '../../../../src/pipeline/learning/accuracy/metrics.ts';
import { createEngine, ENGINE_NAMES, loadModel } from '../../../../src/pipeline/learning/engines/engines.ts';
import { selectRows } from '../../../../src/pipeline/learning/feature-matrix.ts';
import { createRandom, shuffle } from '../../../../src/pipeline/learning/seeded-random.ts';
import { hasSharedData, sharedNote } from '../../../shared-data.ts';
import { readAtlas, type Table } from '../atlas-table.ts';
import { madeUpTable } from '../made-up-table.ts';

const rowsOf = (table: Table, indices: readonly number[]): Table => ({
  x: selectRows(table.x, indices),
  y: Uint8Array.from(indices, (i) => table.y[i] ?? 0),
  groups: indices.map((i) => table.groups[i] ?? ''),
});

describe.each(ENGINE_NAMES)('engine %s', (name) => {
  const engine = createEngine(name);

  test('learns: far better than the majority class on rows it has not seen', () => {
    const train = madeUpTable(80, 1);
    const held = madeUpTable(400, 2);
    const { model } = engine.fit(train.x, train.y, { seed: 3 });
    const metrics = binaryMetrics({ y: held.y, p: model.predict(held.x) });
    expect(metrics.accuracy).toBeGreaterThan((metrics.majorityRate ?? 1) + 0.15);
    expect(metrics.rocAuc).toBeGreaterThan(0.85);
  });

  test('out-of-bag probabilities are as good as predictions on new rows, unlike those on training rows', () => {
    const train = madeUpTable(150, 4);
    const held = madeUpTable(400, 5);
    const fit = engine.fit(train.x, train.y, { seed: 1 });
    const accuracyOf = (y: Uint8Array, p: Float64Array): number => binaryMetrics({ y, p }).accuracy ?? 0;
    const heldOut = accuracyOf(held.y, fit.model.predict(held.x));
    expect(Math.abs(accuracyOf(train.y, fit.outOfBag) - heldOut)).toBeLessThan(0.08);
    expect(accuracyOf(train.y, fit.model.predict(train.x))).toBeGreaterThan(0.97);
  });

  test('copies of one object do not vouch for each other: pure noise stays at chance out of bag', () => {
    const noise = madeUpTable(40, 6);
    const labels = shuffle([...noise.y], createRandom(1));
    const fiveTimes = Array.from({ length: 200 }, (_, i) => i % 40);
    const copies = rowsOf({ ...noise, y: Uint8Array.from(labels) }, fiveTimes);
    const grouped = engine.fit(copies.x, copies.y, { seed: 1, groups: copies.groups });
    const ungrouped = engine.fit(copies.x, copies.y, { seed: 1 });
    expect(binaryMetrics({ y: copies.y, p: grouped.outOfBag }).rocAuc).toBeLessThan(0.7);
    expect(binaryMetrics({ y: copies.y, p: ungrouped.outOfBag }).rocAuc).toBeGreaterThan(0.95);
  });

  test('the same seed gives the same model, another seed another', () => {
    const { x, y } = madeUpTable(40, 7);
    const predict = (seed: number): number[] => [...engine.fit(x, y, { seed }).model.predict(x)];
    expect(predict(1)).toEqual(predict(1));
    expect(predict(1)).not.toEqual(predict(2));
  });

  test('a saved model comes back from JSON with the same predictions, bit for bit', () => {
    const { x, y } = madeUpTable(60, 8);
    const { model } = engine.fit(x, y, { seed: 1 });
    const loaded = loadModel(JSON.parse(JSON.stringify(model.save())));
    const others = madeUpTable(200, 9).x;
    expect([...loaded.predict(others)]).toEqual([...model.predict(others)]);
    expect(loaded.save()).toEqual(model.save());
  });

  test('a model refuses other features and says which', () => {
    const { x, y } = madeUpTable(30, 10);
    const { model } = engine.fit(x, y, { seed: 1 });
    const renamed = { ...x, names: ['a', 'b', 'sound', 'gaps'] };
    expect(() => model.predict(renamed)).toThrow('missing noise; not known to the model sound');
    const swapped = { ...x, names: ['b', 'a', 'noise', 'gaps'] };
    expect(() => model.predict(swapped)).toThrow('another order');
  });

  test('a damaged or foreign saved model is refused', () => {
    const { x, y } = madeUpTable(30, 11);
    const saved = engine.fit(x, y, { seed: 1 }).model.save();
    expect(() => engine.load({ ...saved, engine: 'oracle' })).toThrow('of engine oracle');
    expect(() => engine.load({ ...saved, version: 99 })).toThrow('version 99');
    expect(() => engine.load({ ...saved, parameters: {} })).toThrow('damaged');
    expect(() => loadModel({ ...saved, engine: 'oracle' })).toThrow('There is no engine named oracle');
  });

  test('few labels work, too few or one class are refused with what to do', () => {
    const { x, y } = madeUpTable(30, 12);
    const some = (indices: number[]): ReturnType<typeof engine.fit> =>
      engine.fit(
        selectRows(x, indices),
        Uint8Array.from(indices, (i) => y[i] ?? 0),
        { seed: 1 },
      );
    const ones = [...y.keys()].filter((i) => y[i] === 1);
    const zeros = [...y.keys()].filter((i) => y[i] === 0);
    const four = some([...ones.slice(0, 3), ...zeros.slice(0, 1)]);
    expect(four.model.predict(x).every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(() => some([...ones.slice(0, 2), ...zeros.slice(0, 1)])).toThrow('at least 4 labels');
    expect(() => some(ones.slice(0, 6))).toThrow('All 6 labels are of one class (1)');
    expect(() => some(zeros.slice(0, 6))).toThrow('All 6 labels are of one class (0)');
  });

  test('missing values, even whole columns of them, in training or afterwards, are taken', () => {
    const { x, y } = madeUpTable(40, 13);
    const emptied = { ...x, values: x.values.map((value, i) => (i % 4 === 2 ? Number.NaN : value)) };
    const nothing = { ...x, values: x.values.map(() => Number.NaN) };
    for (const trained of [emptied, x]) {
      const { model } = engine.fit(trained, y, { seed: 1 });
      for (const asked of [emptied, nothing]) {
        expect(model.predict(asked).every((p) => p >= 0 && p <= 1)).toBe(true);
      }
    }
  });

  test('one feature is enough', () => {
    const { x, y } = madeUpTable(60, 14);
    const single = { names: ['a'], rows: 60, values: x.values.filter((_, i) => i % 4 === 0) };
    const { outOfBag } = engine.fit(single, y, { seed: 1 });
    expect(binaryMetrics({ y, p: outOfBag }).accuracy).toBeGreaterThan(0.7);
  });

  test('tells how far training is', () => {
    const { x, y } = madeUpTable(30, 15);
    const told: string[] = [];
    engine.fit(x, y, { seed: 1, onProgress: (done, total) => told.push(`${done}/${total}`) });
    expect(told.at(-1)).toMatch(/^(\d+)\/\1$/);
  });

  describe.skipIf(!hasSharedData)(`on the ATLAS table${sharedNote}`, () => {
    test('100 labels reach 83 % on held-out rows, mean of three draws', () => {
      const atlas = readAtlas();
      const accuracies = [1, 2, 3].map((seed) => {
        const order = shuffle([...atlas.y.keys()], createRandom(seed));
        const train = rowsOf(atlas, order.slice(0, 100));
        const held = rowsOf(atlas, order.slice(100));
        const { model } = engine.fit(train.x, train.y, { seed });
        return binaryMetrics({ y: held.y, p: model.predict(held.x) }).accuracy ?? 0;
      });
      expect(accuracies.reduce((sum, a) => sum + a, 0) / 3).toBeGreaterThan(0.83);
    });
  });
});

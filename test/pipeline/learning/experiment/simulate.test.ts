import { describe, expect, test } from 'vitest';
import { createForestEngine } from '../../../../src/pipeline/learning/engines/forest-engine.ts';
import { type SimulationPlan, simulate } from '../../../../src/pipeline/learning/experiment/simulate.ts';
import { simulationSteps } from '../../../../src/pipeline/learning/experiment/simulation-steps.ts';
import { summarise } from '../../../../src/pipeline/learning/experiment/summarise.ts';
import { hasSharedData, sharedNote } from '../../../shared-data.ts';
import { readAtlas } from '../atlas-table.ts';
import { readFink } from '../fink-table.ts';
import { madeUpTable } from '../made-up-table.ts';

const plan: SimulationPlan = {
  engines: ['extra-trees'],
  strategies: ['random', 'focused-uncertainty'],
  seeds: 2,
  firstBatch: 20,
  batch: 10,
  upTo: 50,
  heldOut: 0.4,
};

describe('one run', () => {
  const settings = {
    strategy: 'uncertainty',
    firstBatch: 20,
    batch: 10,
    upTo: 45,
    heldOut: 0.4,
    seed: 1,
  } as const;
  const engine = createForestEngine('extra-trees', { trees: 40 });

  test('grows by batches up to the limit, first at random, then by the strategy', () => {
    const steps = [...simulationSteps({ table: madeUpTable(150, 1) }, engine, settings)];
    expect(steps.map(({ labels }) => labels.length)).toEqual([20, 30, 40, 45]);
    const last = steps.at(-1)?.labels ?? [];
    expect(new Set(last.slice(0, 20).map(({ drawn }) => drawn))).toEqual(new Set(['random']));
    expect(new Set(last.slice(20).map(({ drawn }) => drawn))).toEqual(new Set(['uncertainty']));
    expect(last.slice(20).every(({ probabilityBefore }) => probabilityBefore !== null)).toBe(true);
  });

  test('an object is either labelled or held out, and labelled once', () => {
    const table = madeUpTable(300, 2, 3);
    const steps = [...simulationSteps({ table }, engine, { ...settings, upTo: 1000 })];
    const labelled = steps.at(-1)?.labels.map(({ objectId }) => objectId) ?? [];
    expect(new Set(labelled).size).toBe(labelled.length);
    expect(labelled).toHaveLength(60);
    expect(steps.at(-1)?.heldOut.y).toHaveLength(40);
  });

  test('a first batch of one class goes on at random until the other occurs', () => {
    const table = madeUpTable(150, 3);
    const rare = { ...table, y: table.y.map((_, row) => (row % 25 === 0 ? 1 : 0)) };
    const [first] = simulationSteps({ table: rare }, engine, {
      ...settings,
      firstBatch: 4,
      batch: 4,
      upTo: 90,
      seed: 3,
    });
    expect(first?.labels.length).toBeGreaterThan(4);
    expect(first?.labels.every(({ drawn }) => drawn === 'random')).toBe(true);
  });

  test('a table that is too small is refused', () => {
    expect(() => [...simulationSteps({ table: madeUpTable(15, 1) }, engine, settings)]).toThrow(
      'at least 10 objects',
    );
  });
});

describe('a plan', () => {
  test('gives the same steps however many threads play it', async () => {
    const table = madeUpTable(120, 4);
    const told: string[] = [];
    const one = await simulate({ table }, plan, {
      threads: 1,
      onProgress: (done, total) => told.push(`${done}/${total}`),
    });
    const two = await simulate({ table }, plan, { threads: 2 });
    expect(two).toEqual(one);
    expect(told).toEqual(['1/4', '2/4', '3/4', '4/4']);
    const summaries = summarise(one);
    expect(summaries.map(({ strategy, labels, seeds }) => `${strategy} ${labels} ${seeds}`)).toEqual([
      'random 20 2',
      'random 30 2',
      'random 40 2',
      'random 50 2',
      'focused-uncertainty 20 2',
      'focused-uncertainty 30 2',
      'focused-uncertainty 40 2',
      'focused-uncertainty 50 2',
    ]);
    for (const { heldOutAccuracy, trainingAccuracy } of summaries) {
      expect(heldOutAccuracy.mean).toBeGreaterThan(0.6);
      expect(trainingAccuracy.mean).toBe(1);
    }
    expect(summaries[0]?.heldOutAccuracy).toEqual(summaries[4]?.heldOutAccuracy);
  });

  test('fails with the run that fails, and can be stopped', async () => {
    await expect(simulate({ table: madeUpTable(15, 1) }, plan)).rejects.toThrow('at least 10 objects');
    const stop = new AbortController();
    const stopped = simulate({ table: madeUpTable(120, 4) }, plan, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough seen')),
    });
    await expect(stopped).rejects.toThrow('enough seen');
  });
});

describe('summaries', () => {
  test('bias, coverage and spread of what was reported, by hand', () => {
    const base = { engine: 'e', strategy: 's', variant: '', labels: 30 };
    const made = (seed: number, honest: number, truth: number) =>
      ({
        ...base,
        seed,
        heldOut: {
          n: 100,
          accuracy: truth,
          majorityRate: 0.5,
          balancedAccuracy: null,
          precision: null,
          recall: null,
          f1: null,
          rocAuc: 0.9,
          brier: 0.1,
          reliability: [],
          confusion: { truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 },
        },
        reported: {
          labels: 30,
          positive: 15,
          negative: 15,
          trainingAccuracy: 1,
          decision: { rule: 'accuracy', threshold: 0.5 },
          before: null,
          honest: {
            estimator: 'weighted',
            accuracy: honest,
            interval: { low: honest - 0.1, high: honest + 0.1 },
            n: 30,
            nEff: 25,
            objects: 30,
            majorityRate: 0.5,
            decision: { rule: 'accuracy', threshold: 0.5 },
            balancedInterval: null,
            aucInterval: null,
            metrics: {
              n: 30,
              accuracy: honest,
              majorityRate: 0.5,
              balancedAccuracy: null,
              precision: null,
              recall: null,
              f1: null,
              rocAuc: null,
              brier: null,
              reliability: [],
              confusion: { truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 },
            },
          },
        },
      }) as const;
    const [summary] = summarise([made(1, 0.8, 0.71), made(2, 0.9, 0.78)]);
    expect(summary?.bias).toBeCloseTo(0.105, 12);
    expect(summary?.rmse).toBeCloseTo(Math.sqrt((0.0081 + 0.0144) / 2), 12);
    expect(summary?.coverage).toBe(0.5);
    expect(summary?.coverageAllowing).toBe(1);
    expect(summary?.heldOutAccuracy.mean).toBeCloseTo(0.745, 12);
    expect(summary?.heldOutAccuracy.sd).toBeCloseTo(0.0495, 3);
  });
});

describe.skipIf(!hasSharedData)(`on the ATLAS table${sharedNote}`, () => {
  test('uncertainty learns faster than chance, and training accuracy flatters every time', async () => {
    const steps = await simulate(
      { table: readAtlas() },
      {
        ...plan,
        strategies: ['random', 'uncertainty'],
        seeds: 6,
        firstBatch: 30,
        upTo: 100,
        batch: 14,
      },
    );
    const [byChance, byUncertainty] = ['random', 'uncertainty'].map((strategy) =>
      summarise(steps).find((summary) => summary.strategy === strategy && summary.labels === 100),
    );
    expect(byUncertainty?.heldOutAccuracy.mean).toBeGreaterThan(
      (byChance?.heldOutAccuracy.mean ?? 1) + 0.005,
    );
    for (const summary of [byChance, byUncertainty]) {
      expect(summary?.trainingAccuracy.mean).toBeGreaterThan((summary?.heldOutAccuracy.mean ?? 1) + 0.08);
      expect(summary?.heldOutAccuracy.mean).toBeGreaterThan(0.84);
    }
  });
});

describe.skipIf(!hasSharedData)(`with three of ten candidates skipped${sharedNote}`, () => {
  test('the accuracy that a round reports is still that of objects nobody labelled', async () => {
    const steps = await simulate(
      { table: readAtlas() },
      {
        ...plan,
        strategies: ['focused-uncertainty'],
        variants: [{ variant: 'skips', skipped: 0.3 }],
        seeds: 24,
        firstBatch: 30,
        batch: 10,
        upTo: 70,
      },
    );
    const summaries = summarise(steps).filter(({ labels }) => labels >= 50);
    expect(summaries.map(({ labels }) => labels)).toEqual([50, 60, 70]);
    for (const summary of summaries) {
      expect(Math.abs(summary.bias ?? 1), `bias at ${summary.labels} labels`).toBeLessThan(0.03);
      expect(summary.coverage, `coverage at ${summary.labels} labels`).toBeGreaterThanOrEqual(0.85);
    }
  });
});

describe.skipIf(!hasSharedData)(`on the real labelled alerts${sharedNote}`, () => {
  test('the accuracy that a round reports is that of objects nobody labelled', async () => {
    const steps = await simulate(
      { table: await readFink() },
      {
        ...plan,
        strategies: ['focused-uncertainty'],
        seeds: 20,
        firstBatch: 30,
        upTo: 70,
      },
    );
    for (const summary of summarise(steps).filter(({ labels }) => labels >= 50)) {
      expect(Math.abs(summary.bias ?? 1), `bias at ${summary.labels} labels`).toBeLessThan(0.03);
      expect(summary.coverageAllowing, `coverage at ${summary.labels} labels`).toBeGreaterThanOrEqual(0.85);
      expect(summary.trainingAccuracy.mean).toBe(1);
    }
  });
});

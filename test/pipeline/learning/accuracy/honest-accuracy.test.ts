import { describe, expect, test } from 'vitest';
import { honestAccuracy } from '../../../../src/pipeline/learning/accuracy/honest-accuracy.ts';
import { type DrawnLabel, labelWeights } from '../../../../src/pipeline/learning/accuracy/label-weights.ts';
import { createRandom } from '../../../../src/pipeline/learning/seeded-random.ts';
import {
  type StrategyName,
  selectCandidates,
} from '../../../../src/pipeline/learning/strategies/run-strategy.ts';

const uniform = (poolSize: number): DrawnLabel => ({ y: 1, drawn: 'random', q: 1 / poolSize, poolSize });

describe('weights of labels', () => {
  test('drawn uniformly: all 1', () => {
    const weights = labelWeights([100, 99, 98, 97].map(uniform));
    for (const weight of weights) expect(weight).toBeCloseTo(1, 12);
  });

  test('drawn with known probabilities: the formula of Farquhar et al., by hand', () => {
    // N = 10, M = 2: v_1 = 1 + 8/9 (1/(10 * 0.4) - 1), v_2 = 1 + 8/8 (1/(9 * 0.05) - 1).
    const weights = labelWeights([
      { y: 1, drawn: 'weighted', q: 0.4, poolSize: 10 },
      { y: 0, drawn: 'weighted', q: 0.05, poolSize: 9 },
    ]);
    expect(weights[0]).toBeCloseTo(1 - (8 / 9) * 0.75, 12);
    expect(weights[1]).toBeCloseTo(1 / 0.45, 12);
  });

  test('never negative, and 1 for the last of a pool that was drawn to its end', () => {
    const weights = labelWeights([
      { y: 1, drawn: 'weighted', q: 0.999, poolSize: 100 },
      { y: 1, drawn: 'weighted', q: 1, poolSize: 1 },
    ]);
    expect(weights[0]).toBeGreaterThanOrEqual(0);
    expect(weights[1]).toBe(1);
  });

  test('with some chosen for being uncertain, only those drawn at random count', () => {
    const chosen: DrawnLabel = { y: 1, drawn: 'uncertainty', q: null, poolSize: 98 };
    expect([...labelWeights([uniform(100), uniform(99), chosen])]).toEqual([1, 1, 0]);
  });
});

describe('labels that nobody knows the chance of', () => {
  const imported: DrawnLabel = { y: 0, drawn: 'uncertainty', q: null, poolSize: 0 };
  const drawn: readonly DrawnLabel[] = [
    { y: 1, drawn: 'weighted', q: 0.02, poolSize: 100 },
    { y: 0, drawn: 'weighted', q: 0.005, poolSize: 99 },
    { y: 1, drawn: 'weighted', q: 0.04, poolSize: 98 },
  ];

  test.each([0, 1, 3])(
    'one of them among the others (at %i) leaves the weights of the others alone',
    (at) => {
      const weights = [...labelWeights(drawn.toSpliced(at, 0, imported))];
      expect(weights[at]).toBe(0);
      expect(weights.toSpliced(at, 1)).toEqual([...labelWeights(drawn)]);
    },
  );

  test('a label whose draw has no known chance weighs nothing, whatever it is called', () => {
    expect([...labelWeights([uniform(100), { ...uniform(99), q: null }])]).toEqual([1, 0]);
  });

  test('the accuracy is still of all that was drawn by chance, and as exact', () => {
    const pool = poolOf(0.97);
    const chosen = selectCandidates(pool, { strategy: 'focused-uncertainty', size: 80, seed: 3 });
    const labels = chosen.map(({ candid, drawn: how, q, poolSize }): DrawnLabel => {
      return { y: pool[Number(candid) - 1]?.right ? 1 : 0, drawn: how, q, poolSize };
    });
    const outOfBag = chosen.map(({ p }) => p ?? Number.NaN);
    const undrawn = pool.filter(({ candid }) => !chosen.some((one) => one.candid === candid));
    const without = honestAccuracy(
      labels,
      outOfBag,
      undrawn.map(({ p }) => p),
    );
    const withOne = honestAccuracy(
      [...labels, imported],
      [...outOfBag, 0.03],
      undrawn.map(({ p }) => p),
    );
    expect(withOne).toMatchObject({ estimator: 'weighted', n: 80 });
    expect(withOne?.accuracy).toBeCloseTo(without?.accuracy ?? 0, 2);
    expect(withOne?.nEff).toBeCloseTo(without?.nEff ?? 0, 0);
  });
});

/** 400 alerts: the certain half, of which the model says `sure`, is right always, the uncertain half one time in two. */
const poolOf = (sure: number) => {
  const random = createRandom(5);
  return Array.from({ length: 400 }, (_, i) => ({
    candid: `${i + 1}`,
    objectId: `object ${i}`,
    p: i % 2 === 0 ? sure : 0.52,
    right: i % 2 === 0 || random.float() < 0.5,
  }));
};

/** What 200 teams would report that label 80 of a pool, each its own. */
const reportsOf = (pool: ReturnType<typeof poolOf>, strategy: StrategyName) =>
  Array.from({ length: 200 }, (_, seed) => {
    const chosen = selectCandidates(pool, { strategy, size: 80, seed });
    const isRight = (candid: string): boolean => pool[Number(candid) - 1]?.right === true;
    const labels = chosen.map(
      ({ candid, drawn, q, poolSize }): DrawnLabel => ({ y: isRight(candid) ? 1 : 0, drawn, q, poolSize }),
    );
    const outOfBag = chosen.map(({ p }) => p ?? Number.NaN);
    const naive = chosen.filter(({ candid }) => isRight(candid)).length / 80;
    const drawn = new Set(chosen.map(({ candid }) => candid));
    const undrawn = pool.filter(({ candid }) => !drawn.has(candid)).map(({ p }) => p);
    const honest = honestAccuracy(labels, outOfBag, undrawn);
    if (honest === null) throw new Error('no honest accuracy');
    return { honest, naive };
  });

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('honest accuracy', () => {
  test.each(['weighted-uncertainty', 'focused-uncertainty'] as const)(
    'of labels drawn by %s is that of the whole pool, whatever the model believes of itself',
    (strategy) => {
      // Of the half that is always right it believes too little, then what is nearly true.
      for (const sure of [0.75, 0.97]) {
        const pool = poolOf(sure);
        const truth = pool.filter(({ right }) => right).length / 400;
        const reports = reportsOf(pool, strategy);
        const naive = mean(reports.map((report) => report.naive));
        expect(naive).toBeLessThan(truth - 0.08);
        expect(mean(reports.map(({ honest }) => honest.accuracy))).toBeCloseTo(truth, 1.7);
        const tooLow = reports.filter(({ honest }) => honest.interval.high < truth);
        const tooHigh = reports.filter(({ honest }) => honest.interval.low > truth);
        expect(tooLow.length / 200).toBeLessThan(0.05);
        expect(tooHigh.length / 200).toBeLessThan(0.05);
        expect(reports[0]?.honest).toMatchObject({ estimator: 'weighted', n: 80, objects: 400 });
      }
    },
  );

  test('the interval reaches from it as far up as its standard error, and never beyond 1', () => {
    for (const { honest } of reportsOf(poolOf(0.97), 'weighted-uncertainty').slice(0, 20)) {
      const { accuracy, interval, nEff } = honest;
      expect(interval.low).toBeLessThan(accuracy);
      expect(interval.high).toBeGreaterThanOrEqual(
        accuracy + 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / nEff) - 1e-9,
      );
    }
    const all = honestAccuracy([100, 99, 98].map(uniform), [0.9, 0.8, 0.9], new Array(97).fill(0.99));
    expect(all?.interval.high).toBe(1);
  });

  test('of labels drawn at random says so', () => {
    const honest = honestAccuracy([100, 99, 98].map(uniform), [0.9, 0.2, 0.8]);
    expect(honest).toMatchObject({ estimator: 'random-labels', n: 3, objects: 3 });
    // Of three objects all labelled there is nothing to expect: two of three are right.
    expect(honest?.accuracy).toBeCloseTo(2 / 3, 12);
  });

  test('without an out-of-bag prediction there is none, and a few labels claim little', () => {
    expect(honestAccuracy([uniform(100)], [Number.NaN], [0.9])).toBeNull();
    const one = honestAccuracy([uniform(100)], [0.9], new Array(99).fill(0.9));
    expect(one?.interval.low).toBeLessThan(0.5);
    expect(one?.interval.high).toBeGreaterThan(0.97);
  });
});

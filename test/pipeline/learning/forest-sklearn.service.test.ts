import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { binaryMetrics } from '../../../src/pipeline/learning/accuracy/metrics.ts';
import {
  createForestEngine,
  type ForestEngineName,
} from '../../../src/pipeline/learning/engines/forest-engine.ts';
import { selectRows } from '../../../src/pipeline/learning/feature-matrix.ts';
import { createRandom, shuffle } from '../../../src/pipeline/learning/seeded-random.ts';
import { hasSharedData, sharedNote } from '../../shared-data.ts';
import { readAtlas } from './atlas-table.ts';

const PYTHON = join(import.meta.dirname, '..', '..', '..', '.cache', 'venv', 'bin', 'python');
const SEEDS = 20;
const LABELS = [50, 200];

interface Result {
  readonly engine: string;
  readonly missing: string;
  readonly labels: number;
  readonly accuracy: number;
  readonly auc: number;
}

describe.skipIf(!hasSharedData)(`forests beside scikit-learn's on the ATLAS table${sharedNote}`, () => {
  const atlas = hasSharedData ? readAtlas() : null;
  const draws = LABELS.flatMap((labels) =>
    Array.from({ length: SEEDS }, (_, seed) => {
      const order = shuffle([...(atlas?.y.keys() ?? [])], createRandom(seed));
      return { seed, train: order.slice(0, labels), held: order.slice(300) };
    }),
  );
  let theirs: readonly Result[] = [];
  let ours: readonly Result[] = [];

  beforeAll(() => {
    if (!atlas) return;
    if (!existsSync(PYTHON))
      throw new Error('Run scripts/install-python.sh first: scikit-learn is not installed.');
    const x = Array.from(atlas.x.values, (value) => (Number.isNaN(value) ? null : value));
    const input = JSON.stringify({ x, y: [...atlas.y], columns: atlas.x.names.length, draws });
    const python = spawnSync(PYTHON, [join(import.meta.dirname, 'forest_sklearn.py')], {
      input,
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (python.status !== 0) throw new Error(`scikit-learn failed: ${python.stderr}`);
    theirs = JSON.parse(python.stdout);
    ours = draws.flatMap(({ seed, train, held }) =>
      (['random-forest', 'extra-trees'] as const).map((engine: ForestEngineName) => {
        const y = Uint8Array.from(train, (row) => atlas.y[row] ?? 0);
        const { model } = createForestEngine(engine).fit(selectRows(atlas.x, train), y, { seed });
        const truth = Uint8Array.from(held, (row) => atlas.y[row] ?? 0);
        const metrics = binaryMetrics({ y: truth, p: model.predict(selectRows(atlas.x, held)) });
        const { accuracy, rocAuc } = metrics;
        return { engine, missing: 'native', labels: train.length, accuracy: accuracy ?? 0, auc: rocAuc ?? 0 };
      }),
    );
  }, 600_000);

  /** Mean difference ours - theirs over the seeds, and its standard error: the draws are the same. */
  const difference = (engine: string, missing: string, labels: number, figure: 'accuracy' | 'auc') => {
    const of = (results: readonly Result[], how: string): number[] =>
      results
        .filter((one) => one.engine === engine && one.missing === how && one.labels === labels)
        .map((one) => one[figure]);
    const mine = of(ours, 'native');
    const its = of(theirs, missing);
    expect([mine.length, its.length]).toEqual([SEEDS, SEEDS]);
    const differences = mine.map((value, i) => value - (its[i] ?? Number.NaN));
    const mean = differences.reduce((sum, value) => sum + value, 0) / SEEDS;
    const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, error: Math.sqrt(squares / (SEEDS - 1) / SEEDS) };
  };

  describe.each(['random-forest', 'extra-trees'])('%s', (engine) => {
    test.each(LABELS)('with %i labels is not worse than theirs by more than noise', (labels) => {
      for (const figure of ['accuracy', 'auc'] as const) {
        const { mean, error } = difference(engine, 'native', labels, figure);
        expect(mean, figure).toBeGreaterThan(-2 * error - 0.002);
      }
    });

    test.each(LABELS)('with %i labels is better than theirs with medians filled in', (labels) => {
      expect(difference(engine, 'median', labels, 'auc').mean).toBeGreaterThan(0);
      expect(difference(engine, 'median', labels, 'accuracy').mean).toBeGreaterThan(0);
    });

    test('says what was measured', () => {
      for (const labels of LABELS) {
        for (const missing of ['native', 'median']) {
          const points = (['accuracy', 'auc'] as const).map((figure) => {
            const { mean, error } = difference(engine, missing, labels, figure);
            return `${figure} ${(100 * mean).toFixed(2)} +- ${(100 * error).toFixed(2)}`;
          });
          console.info(
            `${engine}, ${labels} labels, ours minus scikit-learn (${missing}): ${points.join(', ')} points`,
          );
        }
      }
      expect(ours.length).toBe(2 * SEEDS * LABELS.length);
    });
  });
});

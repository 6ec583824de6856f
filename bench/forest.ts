import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FeatureMatrix } from '../src/pipeline/learning/engines/classifier.ts';
import { createForestEngine, type ForestEngineName } from '../src/pipeline/learning/engines/forest-engine.ts';
import { createRandom } from '../src/pipeline/learning/seeded-random.ts';

export const name = 'forest';

const FEATURES = 23;
const TRAIN_ROWS = [100, 1000, 5000, 20_000];
const PREDICT_ROWS = 100_000;
/** Rows in the training set of the predicting model. */
const PREDICTING_ROWS = 1000;
const ENGINES: readonly ForestEngineName[] = ['extra-trees', 'random-forest'];
/** The best of this many runs: other load only adds time. */
const PASSES = 3;

const PYTHON = join(import.meta.dirname, '..', '.cache', 'venv', 'bin', 'python');

/** Seconds by engine: of training by number of rows, and of predicting. */
type Timings = Readonly<Record<string, { readonly train: Record<string, number>; readonly predict: number }>>;

/**
 * Forests of 100 trees on 23 features, a tenth of six of them missing: ours and scikit-learn's with the same
 * number of features tried at each split, both on one core, on the same rows, in turn. Without
 * `scripts/install-python.sh` scikit-learn is skipped.
 */
export const run = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'finkvra-forest-'));
  try {
    for (const rows of [...TRAIN_ROWS, PREDICT_ROWS]) {
      const { x, y } = benchTable(rows);
      writeFileSync(join(folder, `x${rows}.bin`), x.values);
      writeFileSync(join(folder, `y${rows}.bin`), y);
    }
    const ours = timeOurs();
    if (!existsSync(PYTHON)) return { ours, scikitLearn: 'skipped: run scripts/install-python.sh' };
    const script = join(import.meta.dirname, 'forest_sklearn.py');
    const sizes = [TRAIN_ROWS.join(), `${PREDICTING_ROWS}`, `${PREDICT_ROWS}`, `${PASSES}`];
    const { stdout } = await promisify(execFile)(PYTHON, [script, folder, ...sizes], {
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    const scikitLearn: Timings = JSON.parse(stdout);
    return { unit: 's', ours, scikitLearn, oursOverScikitLearn: ratios(ours, scikitLearn) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const timeOurs = (): Timings => {
  const others = benchTable(PREDICT_ROWS).x;
  const timings: Record<string, { train: Record<string, number>; predict: number }> = {};
  for (const engine of ENGINES) {
    // A quarter of the 23 features: the six that scikit-learn's forests are told to try.
    const classifier = createForestEngine(engine, { trees: 100, maxFeatures: 0.25 });
    const train: Record<string, number> = {};
    let predict = Number.POSITIVE_INFINITY;
    for (const rows of TRAIN_ROWS) {
      const { x, y } = benchTable(rows);
      train[rows] = best(() => classifier.fit(x, y, { seed: 1 }));
      if (rows !== PREDICTING_ROWS) continue;
      const { model } = classifier.fit(x, y, { seed: 1 });
      predict = best(() => model.predict(others));
    }
    timings[engine] = { train, predict };
  }
  return timings;
};

const best = (work: () => unknown): number => {
  let seconds = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < PASSES; pass++) {
    const start = performance.now();
    work();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return Math.round(seconds * 1e4) / 1e4;
};

const ratios = (ours: Timings, theirs: Timings) =>
  Object.fromEntries(
    Object.entries(ours).map(([engine, { train, predict }]) => {
      const other = theirs[engine];
      const over = (mine: number, its = Number.NaN): number => Math.round((100 * mine) / its) / 100;
      return [
        engine,
        {
          train: Object.fromEntries(
            Object.entries(train).map(([rows, seconds]) => [rows, over(seconds, other?.train[rows])]),
          ),
          predict: over(predict, other?.predict),
        },
      ];
    }),
  );

/** Two overlapping classes (60 and 40 %): eight informative features, nine of noise, six with gaps. */
const benchTable = (rows: number): { x: FeatureMatrix; y: Uint8Array } => {
  const random = createRandom(1, rows);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
  const values = new Float64Array(rows * FEATURES);
  const y = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    y[row] = random.float() < 0.6 ? 1 : 0;
    for (let feature = 0; feature < FEATURES; feature++) {
      const shift = feature < 8 ? (y[row] === 1 ? 0.4 : -0.4) : 0;
      const gap = feature >= 17 && random.float() < 0.1;
      values[row * FEATURES + feature] = gap ? Number.NaN : normal() + shift;
    }
  }
  const names = Array.from({ length: FEATURES }, (_, feature) => `f${feature}`);
  return { x: { names, rows, values }, y };
};

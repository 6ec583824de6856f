import { execFileSync, execSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archivePulls } from '../../src/loop/intake/archive-pulls.ts';
import { pullAlerts } from '../../src/loop/intake/pull.ts';
import { modelFolder } from '../../src/mlflow/onnx/model-folder.ts';
import { readArchiveFile } from '../../src/pipeline/archive/archive-file.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { type FeatureRow, toFeatureMatrix } from '../../src/pipeline/features/feature-frame.ts';
import { featureNames } from '../../src/pipeline/features/feature-table.ts';
import { createEngine } from '../../src/pipeline/learning/engines/engines.ts';
import { selectRows } from '../../src/pipeline/learning/feature-matrix.ts';
import { simulatedSource, simulatedTruth } from '../../src/simulation/simulated-night.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../helpers/service.ts';

const NIGHTS = [3576, 3577, 3578];
const SIZE = 4000;
const LABELS = 200;
const SEED = 1;
/** Fine labels of what lies in our Galaxy. */
const GALACTIC: ReadonlySet<string> = new Set(['gal', 'varstar']);
const root = join(import.meta.dirname, '..', '..');
const python = join(root, '.cache', 'venv', 'bin', 'python');

/** Scores an archive on Spark with the model in an MLflow folder; prints the probabilities by candid. */
const SCORE = `
import json, sys, time
import mlflow.pyfunc
from pyspark.sql import SparkSession
from finkvra_features import COLUMNS, SPARK_SCHEMA, features_of_batches
spark = SparkSession.builder.master('local[2]').config('spark.ui.enabled', 'false').getOrCreate()
began = time.time()
table = spark.read.parquet(sys.argv[1]).repartition(4).mapInPandas(features_of_batches, SPARK_SCHEMA)
predict = mlflow.pyfunc.spark_udf(spark, sys.argv[2], result_type='double', env_manager='local')
rows = table.withColumn('p', predict(*COLUMNS)).select('candid', 'p').collect()
print(json.dumps({'seconds': time.time() - began, 'rows': [[row.candid, row.p] for row in rows]}))
`;

const clock = (): Date => new Date();
const folder = temporaryFolder();
beforeAll(() => {
  execSync('sh scripts/install-spark.sh', { cwd: root, stdio: 'inherit' });
}, 600_000);
afterAll(() => folder.remove());

test('a night is scored on Spark as we score it', async () => {
  const db = await openStore(join(folder.path, 'store.sqlite'));
  for (const night of NIGHTS) {
    const source = simulatedSource({ seed: SEED, night, size: SIZE });
    await pullAlerts({ db, source, name: 'simulated', filter: false, clock });
  }
  const archives = await archivePulls(db, join(folder.path, 'archive'), clock);
  await db.destroy();

  const rows: FeatureRow[] = [];
  for (const { path } of archives) {
    for await (const page of readArchiveFile(path)) {
      for (const { alert } of page)
        rows.push({ candid: alert.candid, objectId: alert.objectId, features: alertFeatures(alert) });
    }
  }
  expect(rows.length).toBeGreaterThan(10_000);
  const x = toFeatureMatrix(rows, featureNames('context'));
  const labelled = rows.slice(0, LABELS);
  const y = Uint8Array.from(labelled, ({ objectId }) =>
    GALACTIC.has(simulatedTruth(objectId, SEED)?.label ?? '') ? 1 : 0,
  );
  const { model } = createEngine('extra-trees').fit(selectRows(x, [...y.keys()]), y, { seed: SEED });
  const { files, withoutOnnx } = modelFolder({
    saved: JSON.stringify(model.save()),
    runId: 'a'.repeat(32),
    artifactPath: 'model',
    createdAt: Date.now(),
    classes: ['not galactic', 'galactic'],
    example: null,
  });
  expect(withoutOnnx).toBeNull();
  for (const { path: name, bytes } of files) {
    const at = join(folder.path, 'model', name);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, bytes);
  }
  expect(existsSync(join(folder.path, 'model', 'MLmodel'))).toBe(true);

  const out = execFileSync(python, ['-c', SCORE, join(folder.path, 'archive'), join(folder.path, 'model')], {
    env: {
      ...process.env,
      PYTHONPATH: join(root, 'python', 'finkvra_features', 'src'),
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      GIT_PYTHON_REFRESH: 'quiet',
    },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const scored: { seconds: number; rows: [string, number][] } = JSON.parse(
    out.trim().split('\n').at(-1) ?? '',
  );
  const theirs = new Map(scored.rows);
  const mine = model.predict(x);
  expect(theirs.size).toBe(rows.length);
  const apart = rows.map(({ candid }, i) => Math.abs((theirs.get(candid) ?? Number.NaN) - (mine[i] ?? 0)));
  expect(Math.max(...apart)).toBeLessThan(1e-5);
  console.info(
    `${rows.length} alerts scored on Spark in ${scored.seconds.toFixed(1)} s, at most ${Math.max(...apart)} apart`,
  );
});

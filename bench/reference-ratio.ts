import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';
import type { BenchOptions } from './run.ts';
import { rateOf } from './wire-to-features.ts';

export const name = 'reference-ratio';

const PACKETS = 1000;
const BAR = 25;
/** What is run of the reference. */
const MODULES = ['finkvra/utils/consumer.py', 'finkvra/utils/features.py'];

/**
 * Runs the reference program's own process_alerts and make_features over copies of the ten real packets; its
 * modules are loaded by file, so that what else it imports (a Kafka client, MLflow) need not be installed.
 */
const REFERENCE = `
import sys, io, json, time, types, importlib.util
root, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
import numpy as np, pandas as pd, fastavro
class Anything(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith('__'): raise AttributeError(name)
        return lambda *a, **k: None
def extract_field(alert, field):
    # What fink_client.visualisation does: the current value first, then the history, missing ones as NaN.
    values = [alert['candidate'][field]] + [d[field] for d in (alert['prv_candidates'] or [])]
    try: return np.array(values, dtype=float)
    except ValueError: return np.array(values, dtype=object)
class DustQuery:
    # The maps are too large to be had everywhere; only the time of the rest is compared.
    def __init__(self, *a, **k): pass
    def __call__(self, coordinates, *a, **k):
        try: return np.full(len(coordinates), 0.05)
        except TypeError: return 0.05
class Coordinates:
    def __init__(self, *a, **k): self.ra = k.get('ra', a[0] if a else 0.0)
    def __len__(self): return len(self.ra)
for name in ['fink_client', 'fink_client.consumer', 'fink_client.configuration', 'fink_client.visualisation',
             'astropy', 'astropy.time', 'dustmaps', 'dustmaps.sfd', 'dustmaps.config', 'astropy.coordinates', 'lasair', 'yaml', 'requests', 'tqdm']:
    try:
        __import__(name)
    except Exception:
        sys.modules[name] = Anything(name)
        if name == 'fink_client.visualisation': sys.modules[name].extract_field = extract_field
        if name == 'astropy.coordinates': sys.modules[name].SkyCoord = Coordinates
# Installed or not: without its maps the real query fails.
for name in ['dustmaps', 'dustmaps.config', 'dustmaps.sfd']: sys.modules[name] = Anything(name)
sys.modules['dustmaps.sfd'].SFDQuery = sys.modules['dustmaps.sfd'].SFDWebQuery = DustQuery
def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); return module
consumer = load(root + '/finkvra/utils/consumer.py', 'reference_consumer')
features = load(root + '/finkvra/utils/features.py', 'reference_features')
schema = fastavro.parse_schema(json.load(open(folder + '/kafka-key.json')))
values = [open(f'{folder}/kafka-value-{i}.avro-bin', 'rb').read() for i in range(10)]
best = None
for _ in range(3):
    start = time.process_time()
    alerts = [fastavro.schemaless_reader(io.BytesIO(values[i % 10]), schema) for i in range(count)]
    decoded = time.process_time()
    clean = consumer.process_alerts(alerts)
    for column, value in (('sep_arcsec', 1.0), ('sherl_class', 'UNCLEAR')):
        if column not in clean.columns: clean[column] = value
    X, meta = features.make_features(clean)
    end = time.process_time()
    if len(X) == 0: raise SystemExit('the reference made no features')
    run = {'with decoding': count / (end - start), 'features only': count / (end - decoded), 'rows': len(X)}
    best = run if best is None or run['features only'] > best['features only'] else best
print(json.dumps(best))
`;

/**
 * The same packets through HeloiseS/finkvra, from a checkout that `--reference` (or FINKVRA_REFERENCE) names, and
 * through ours, both on one core; FINKVRA_PYTHON names a Python with numpy, pandas and fastavro.
 */
export const run = async ({ reference = process.env.FINKVRA_REFERENCE }: BenchOptions = {}) => {
  const { FINKVRA_PYTHON: python } = process.env;
  if (reference === undefined) {
    return { skipped: 'name a checkout of HeloiseS/finkvra to compare with: --reference PATH' };
  }
  const missing = MODULES.filter((module) => !existsSync(join(reference, module)));
  if (missing.length > 0)
    throw new Error(`${reference} is no checkout of HeloiseS/finkvra: no ${missing.join(', ')}`);
  if (!hasSharedData) return { skipped: 'no shared data' };
  const venv = join(import.meta.dirname, '..', '.cache', 'venv', 'bin', 'python');
  const interpreter = python ?? (existsSync(venv) ? venv : 'python3');
  const { stdout } = await promisify(execFile)(
    interpreter,
    ['-c', REFERENCE, reference, sharedPath('alerts'), String(PACKETS)],
    { env: { ...process.env, OMP_NUM_THREADS: '1' } },
  );
  const theirs: Record<string, number> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  const ours = rateOf(true).perCpuSecond;
  // The reference is given its alerts decoded; ours are counted with the decoding.
  const ratio = ours / (theirs['features only'] ?? Number.NaN);
  return {
    reference: theirs,
    ours,
    unit: 'alerts a second of processor time',
    ratio: Math.round(ratio * 10) / 10,
    bar: BAR,
  };
};

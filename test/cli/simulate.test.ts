import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { createProgram } from '../../src/cli/program.ts';
import { featureNames } from '../../src/pipeline/features/feature-table.ts';
import { simulatedTruth } from '../../src/simulation/simulated-night.ts';
import { eventually, finkvra, finkvraProcess, temporaryFolder } from '../helpers/service.ts';
import { madeUpTable } from '../pipeline/learning/made-up-table.ts';

const folder = temporaryFolder();
const env = { DATA_DIR: join(folder.path, 'data') };
const csv = join(folder.path, 'table.csv');
const parquet = join(folder.path, 'table.parquet');

/** Enough for a model, and over in a moment. */
const QUICK = '--strategies random --engines extra-trees --seeds 2 --first 20 --batch 10 --up-to 40'.split(
  ' ',
);

interface Document {
  readonly table: {
    readonly rows: number;
    readonly objects: number;
    readonly features: number;
    readonly groupedBy: string[];
    readonly source?: string;
  };
  readonly warnings: string[];
  readonly plan: { readonly engines: string[]; readonly strategies: string[]; readonly seeds: number };
  readonly summaries: {
    readonly engine: string;
    readonly strategy: string;
    readonly labels: number;
    readonly seeds: number;
    readonly heldOutAccuracy: { readonly mean: number };
    readonly trainingAccuracy: { readonly mean: number };
    readonly honestAccuracy: { readonly mean: number };
  }[];
  readonly published?: Record<string, number>;
}

const run = (...args: string[]) => finkvra(['simulate', ...args], env);

const simulated = async (...args: string[]): Promise<Document> => {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

beforeAll(() => {
  // Two alerts an object; a column of text, and one whose values give the class away.
  const { x, y, groups } = madeUpTable(200, 5, 2);
  const columns = {
    candid: Array.from({ length: x.rows }, (_, row) => `${3_063_176_310_015_015_000n + BigInt(row)}`),
    objectId: [...groups],
    ...Object.fromEntries(
      x.names.map((name, c) => [
        name,
        Array.from({ length: x.rows }, (_, row) => {
          const value = x.values[row * x.names.length + c] ?? Number.NaN;
          return Number.isNaN(value) ? null : value;
        }),
      ]),
    ),
    remark: Array.from({ length: x.rows }, (_, row) => `seen ${row} times`),
    type: Array.from(y, (one) => (one === 1 ? 'varstar' : 'agn')),
  };
  const names = Object.keys(columns);
  const rows = groups.map((_, row) => Object.values(columns).map((column) => column[row] ?? ''));
  writeFileSync(csv, `${[names, ...rows].map((cells) => cells.join(',')).join('\n')}\n`);
  pl.DataFrame(columns).writeParquet(parquet);
});
afterAll(() => folder.remove());

describe('finkvra simulate', () => {
  test('plays a CSV table and says what was learnt, beside what a round would have reported', async () => {
    const { code, stdout } = await run('--from', csv, '--label', 'type', '--group', 'objectId', ...QUICK);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '200 rows of 100 objects (grouped by objectId), 4 features; 2 runs each, 40 % of the objects held out.',
    );
    expect(stdout).toMatch(/engine +strategy +labels +held out % +AUC % +reported %/);
    const rows = stdout.split('\n').filter((line) => line.startsWith('extra-trees'));
    expect(rows.map((line) => line.split(/ +/).slice(1, 3))).toEqual([
      ['random', '20'],
      ['random', '30'],
      ['random', '40'],
    ]);
    expect(stdout).toContain('bias: reported minus held out');
  });

  test('plays the same table as Parquet to the same end, and again to the same figures', async () => {
    const same = ['--label', 'type', '--group', 'objectId', ...QUICK];
    const [fromCsv, fromParquet] = [
      await simulated('--from', csv, ...same),
      await simulated('--from', parquet, ...same),
    ];
    expect(fromParquet).toEqual(fromCsv);
    expect(fromCsv.summaries.map(({ labels, seeds }) => [labels, seeds])).toEqual([
      [20, 2],
      [30, 2],
      [40, 2],
    ]);
    for (const { heldOutAccuracy, honestAccuracy } of fromCsv.summaries) {
      expect(heldOutAccuracy.mean).toBeGreaterThan(0.6);
      expect(honestAccuracy.mean).toBeGreaterThan(0.5);
    }
  });

  test('learns from the features it is given, and takes rows for objects with --group none', async () => {
    const of = (features: string) =>
      simulated('--from', csv, '--label', 'type', '--features', features, '--group', 'none', ...QUICK);
    const [telling, noise] = [await of('a,b'), await of('noise')];
    expect(telling.table).toEqual({ rows: 200, objects: 200, features: 2, groupedBy: [], source: 'files' });
    expect(noise.table.features).toBe(1);
    const last = ({ summaries }: Document) => summaries.at(-1)?.heldOutAccuracy.mean ?? 0;
    expect(last(telling)).toBeGreaterThan(last(noise) + 0.1);
  });

  test('keeps the rows of an object together without being told to', async () => {
    const { table, warnings } = await simulated('--from', csv, '--label', 'type', ...QUICK);
    expect(table).toMatchObject({ rows: 200, objects: 100, groupedBy: ['objectId'] });
    expect(warnings).toEqual([]);
  });

  test('warns of rows that repeat where nothing says which belong together', async () => {
    const path = join(folder.path, 'nameless.csv');
    const lines = Array.from({ length: 120 }, (_, i) => {
      const object = i % 60;
      return `0.0${12_345 + 7 * object},${0.912_345 + object / 1000},${i % 10},${object % 2}`;
    });
    writeFileSync(path, ['ebv,drb,n,type', ...lines].join('\n'));
    const { code, stderr } = await run('--from', path, '--label', 'type', ...QUICK);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: 120 of 120 rows share measured values with another row');
  });

  test('compares strategies and engines, and draws their curves', async () => {
    const out = join(folder.path, 'curves.png');
    const document = await simulated(
      ...['--from', csv, '--label', 'type', '--group', 'objectId', '--out', out],
      ...['--strategies', 'random,focused-uncertainty', '--engines', 'extra-trees,random-forest'],
      ...['--seeds', '2', '--first', '20', '--up-to', '40', '--held-out', '0.3'],
    );
    const settings = document.summaries.map(({ engine, strategy }) => `${engine} ${strategy}`);
    expect([...new Set(settings)].sort()).toEqual([
      'extra-trees focused-uncertainty',
      'extra-trees random',
      'random-forest focused-uncertainty',
      'random-forest random',
    ]);
    const png = readFileSync(out);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(1080);
  });

  test('plays the reference’s first loop beside what it published', async () => {
    const preset = '--label type --preset first-loop --seeds 1 --group none'.split(' ');
    preset.push('--from', csv);
    const document = await simulated(...preset, '--engines', 'extra-trees');
    expect(document.summaries.map(({ labels }) => labels)).toEqual([30, 40, 50, 60, 70]);
    expect(document.plan.strategies).toEqual(['uncertainty']);
    expect(document.published).toEqual({ 30: 0.63, 40: 0.75, 50: 0.88, 60: 0.87, 70: 0.93 });
    // What the published table is of: the rows that the model was trained on.
    expect(document.summaries.every(({ trainingAccuracy }) => trainingAccuracy.mean === 1)).toBe(true);
    const { stdout } = await run(...preset);
    expect(stdout).toMatch(/^ml-random-forest +uncertainty +30 .* 63$/m);
    expect(stdout).toMatch(/^extra-trees +uncertainty +70 .* 93$/m);
    expect(stdout).toContain('compare it with the training column, not with held out.');
  });

  test('without a table plays the store’s own labels', async () => {
    const night = { ...env, SOURCE: 'simulated', SIMULATION_SEED: '1', SIMULATION_SIZE: '100' };
    expect((await finkvra(['pull'], night)).code).toBe(0);
    const none = await run(...QUICK);
    expect(none.code).toBe(0);
    expect(none.stderr).toContain('this simulation uses the starting set that comes with finkvra');
    const alerts: { candid: string; object_id: string }[] = JSON.parse(
      (await finkvra(['export', 'alerts', '--json'], env)).stdout,
    );
    const labels = alerts.flatMap(({ candid, object_id }) => {
      const truth = simulatedTruth(object_id, 1);
      if (truth === null) return [];
      return [`${candid},${object_id},${truth.label},2026-05-01T12:00:00`];
    });
    const file = join(folder.path, 'labeled.csv');
    writeFileSync(file, `candid,objectId,label,timestamp\n${labels.join('\n')}\n`);
    expect((await finkvra(['import', 'labels', file], env)).code).toBe(0);
    const document = await simulated(...QUICK, '--up-to', '30');
    expect(document.table.features).toBe(featureNames('context').length);
    const told = new Set(
      labels.filter((line) => !/,(bogus|real),/.test(line)).map((line) => line.split(',')[1]),
    );
    expect(document.table.objects).toBe(told.size);
    expect(document.table.source).toBe('store');
    expect(document.summaries.map((one) => one.labels)).toEqual([20, 30]);
  });
});

describe('finkvra simulate says what is wrong', () => {
  const table = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  };
  const rows = (count: number, label: (row: number) => string): string =>
    `a,label\n${Array.from({ length: count }, (_, row) => `${row % 7},${label(row)}`).join('\n')}\n`;

  test.each([
    ['a column that is not there', () => ['--from', csv], /has no column label; it has candid, objectId, a/],
    [
      'classes of one kind only',
      () => [
        '--from',
        table(
          'one.csv',
          rows(60, () => 'agn'),
        ),
      ],
      /all 60 labelled rows are of class 0: a model needs both classes/,
    ],
    [
      'too few rows',
      () => [
        '--from',
        table(
          'few.csv',
          rows(12, (row) => String(row % 2)),
        ),
      ],
      /at least 10 objects to draw from and 10 to hold out; of 12 objects 5/,
    ],
    [
      'too few labels for a model',
      () => ['--from', csv, '--label', 'type', '--up-to', '3', '--seeds', '1'],
      /no run could train a model with up to 3 labels/,
    ],
    ['a file that is not there', () => ['--from', join(folder.path, 'no.csv')], /no\.csv cannot be read/],
    ['a file that is no table', () => ['--from', table('x.parquet', 'no')], /x\.parquet cannot be read/],
    [
      'an unknown strategy',
      () => ['--from', csv, '--strategies', 'best'],
      /no strategy best; choose of random/,
    ],
    ['an unknown engine', () => ['--from', csv, '--engines', 'svm'], /no engine svm; choose of/],
    [
      'a picture that could not be written, before anything is played',
      () => ['--from', csv, '--label', 'type', '--out', join(folder.path, 'no', 'curves.png')],
      /There is no folder .*no for .*curves.png/,
    ],
  ])('%s', async (_, args, reason) => {
    // In this process: a new one for each would take a second.
    const printed: string[] = [];
    const output = { ...createOutput(), print: (text: string) => printed.push(text), note: () => undefined };
    const words = ['simulate', ...args()];
    const program = await createProgram(output, words, async () => env);
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow(reason);
    expect(printed).toEqual([]);
  });

  test('in a line without a stack, as JSON too; and a count that is none', async () => {
    const { code, stdout, stderr } = await finkvraProcess(['simulate', '--from', csv, '--json'], env);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ error: expect.stringContaining('has no column label') });
    expect(stderr).toMatch(/^finkvra: .*has no column label.*\n$/);
    const none = await run('--from', csv, '--seeds', 'many');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('It must be a whole number above 0');
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a long simulation soon, threads and all',
  async (signal) => {
    const cli = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
    const out = join(folder.path, `${signal}.png`);
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        cli,
        'simulate',
        '--from',
        csv,
        '--label',
        'type',
        '--out',
        out,
      ],
      { env: { PATH: process.env.PATH, ...env } },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close');
    await eventually(
      'beginning',
      () => stderr.includes('100 runs on'),
      () => stderr,
    );
    const asked = performance.now();
    child.kill(signal);
    const [code] = await ended;
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(code).toBe(1);
    expect(stderr).toContain('stopped before the simulation was finished');
    expect(stdout).toBe('');
    expect(existsSync(out)).toBe(false);
  },
);

describe('finkvra simulate on the starting set’s own figures', () => {
  const table = new URL('../../assets/starter/galactic.csv', import.meta.url).pathname;
  const QUICKER = '--seeds 2 --first 10 --batch 10 --up-to 20 --strategies focused-uncertainty'.split(' ');

  test('compares inputs and decisions, each by its name', async () => {
    const { code, stdout, stderr } = await run(
      ...['--from', table, '--positive', 'galactic', '--negative', 'not_galactic'],
      ...['--sets', 'reference,context', '--decisions', 'accuracy,balanced', ...QUICKER],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/engine +strategy +variant +labels .*balanced %/);
    for (const variant of [
      'reference, accuracy',
      'reference, balanced',
      'context, accuracy',
      'context, balanced',
    ]) {
      expect(stdout).toContain(variant);
    }
  });

  test('is tested on another table, and refuses one without its columns', async () => {
    const half = (name: string, keep: (line: number) => boolean): string => {
      const [head = '', ...lines] = readFileSync(table, 'utf8').trim().split('\n');
      const path = join(folder.path, name);
      writeFileSync(path, [head, ...lines.filter((_, i) => keep(i))].join('\n'));
      return path;
    };
    const [even, odd] = [half('even.csv', (i) => i % 2 === 0), half('odd.csv', (i) => i % 2 === 1)];
    const classes = ['--positive', 'galactic', '--negative', 'not_galactic', '--sets', 'context'];
    const tested = await run('--from', even, '--test', odd, ...classes, ...QUICKER);
    expect(tested.code, tested.stderr).toBe(0);
    expect(tested.stdout).toContain('tested on the 74 objects of another table');
    const other = await run('--from', even, '--test', csv, '--label', 'type', ...classes, ...QUICKER);
    expect(other.code).toBe(1);
  });

  test('objects that the starting set knows are not started from: nothing would be left to learn', async () => {
    const { code, stderr } = await run(
      ...['--from', table, '--positive', 'galactic', '--negative', 'not_galactic'],
      ...['--sets', 'context', '--starts', 'starter', ...QUICKER],
    );
    expect(code).toBe(1);
    expect(stderr).toContain('Training needs at least 4 labels');
  });

  test('names the inputs, starts and decisions that there are', async () => {
    const unknown = (flag: string) => run('--from', csv, '--label', 'type', flag, 'all', ...QUICKER);
    expect((await unknown('--sets')).stderr).toContain('choose of reference, context, wide');
    expect((await unknown('--starts')).stderr).toContain('choose of cold, starter');
    expect((await unknown('--decisions')).stderr).toContain('choose of accuracy, balanced');
  });
});

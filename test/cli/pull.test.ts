import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finkvra, temporaryFolder } from '../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;

beforeEach(() => {
  folder = temporaryFolder();
  env = { DATA_DIR: join(folder.path, 'data') };
});
afterEach(() => folder.remove());

describe.skipIf(!hasSharedData)(`finkvra pull --from on the real files${sharedNote}`, () => {
  const files = ['transfer', 'labelled.avro', 'live-2025.parquet', 'simbad-2021.parquet'].map((name) =>
    sharedPath('alerts', name),
  );

  test('reads all 303, keeps what passes the criteria, and keeps it once', async () => {
    const first = await finkvra(['pull', '--from', ...files, '--json'], env);
    expect(first.code).toBe(0);
    const summary: Record<string, unknown> & { filtered: Record<string, number> } = JSON.parse(first.stdout);
    const filtered = Object.values(summary.filtered).reduce((sum, count) => sum + count, 0);
    expect(summary).toMatchObject({ read: 303, quarantined: 0 });
    expect(Number(summary.kept) + Number(summary.known) + filtered).toBe(303);

    const second = JSON.parse((await finkvra(['pull', '--from', ...files, '--json'], env)).stdout);
    expect(second).toMatchObject({ read: 303, kept: 0, known: Number(summary.kept) + Number(summary.known) });
  });

  test('--no-filter keeps every distinct alert; people get a summary by criterion', async () => {
    const { stdout, code } = await finkvra(['pull', '--no-filter', '--from', ...files], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/read +303/);
    expect(stdout).toMatch(/kept +276/);
    expect(stdout).toMatch(/had already +27/);
    const filteredRun = await finkvra(['pull', '--from', ...files], {
      DATA_DIR: join(folder.path, 'other'),
    });
    expect(filteredRun.stdout).toMatch(/magpsf +\d+ +fails: fainter than magnitude 19.5/);
  });

  test('what cannot be read goes to quarantine with its reason, and the rest is read', async () => {
    const mixed = join(folder.path, 'mixed');
    mkdirSync(mixed);
    copyFileSync(sharedPath('alerts', 'transfer', '2026-03-22.avro'), join(mixed, 'cut.avro'));
    truncateSync(join(mixed, 'cut.avro'), Math.floor(statSync(join(mixed, 'cut.avro')).size * 0.7));
    writeFileSync(join(mixed, 'broken.parquet'), 'PAR1 this is none PAR1');
    writeFileSync(join(mixed, 'kafka-key.json'), '2.7_3.10.1');
    writeFileSync(join(mixed, 'old.avro-bin'), readFileSync(sharedPath('alerts', 'kafka-value-0.avro-bin')));
    copyFileSync(sharedPath('alerts', 'live-2025.parquet'), join(mixed, 'good.parquet'));
    const { stdout, code } = await finkvra(['pull', '--no-filter', '--from', mixed, '--json'], env);
    expect(code).toBe(0);
    const summary: { kept: number; quarantined: number; unreadable: { where: string; reason: string }[] } =
      JSON.parse(stdout);
    expect(summary.kept).toBeGreaterThanOrEqual(9);
    expect(summary.quarantined).toBe(summary.unreadable.length);
    for (const name of ['cut.avro', 'broken.parquet', 'old.avro-bin']) {
      const entry = summary.unreadable.find(({ where }) => where.includes(name));
      expect(entry?.reason.length).toBeGreaterThan(10);
    }
  });
});

test('a path that is not there is told in one line, and with --json also as JSON', async () => {
  const { code, stderr, stdout } = await finkvra(['pull', '--from', '/no/such/file.avro', '--json'], env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^store: .*\nfinkvra: .*\/no\/such\/file\.avro.*\n$/);
  expect(JSON.parse(stdout).error).toContain('/no/such/file.avro');
});

test('wrong settings are all told, and nothing is read', async () => {
  const { code, stderr } = await finkvra(['pull', '--from', '.'], { ...env, ROUND_SIZE: '0', SEED: 'x' });
  expect(code).toBe(1);
  expect(stderr).toContain('ROUND_SIZE');
  expect(stderr).toContain('SEED');
});

test('an unknown command or option says how to get help', async () => {
  const { code, stderr } = await finkvra(['pul'], env);
  expect(code).toBe(2);
  expect(stderr).toMatch(/unknown command 'pul'/);
  expect((await finkvra(['pull', '--form', 'x'], env)).stderr).toContain('--from');
  const help = await finkvra(['--help'], env);
  expect(help.code).toBe(0);
  for (const command of ['pull', 'features', 'status', 'export']) expect(help.stdout).toContain(command);
});

test('the simulated night can be pulled, and says that it is simulated', async () => {
  const { stdout, code } = await finkvra(['pull', '--json'], env);
  expect(code).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary.source).toContain('simulated night');
  expect(summary.read).toBe(300);
  expect(summary.kept).toBeGreaterThan(200);
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { Kysely, Migrator } from 'kysely';
import { migrations } from '../src/store/migrations/index.ts';
import { sqliteDialect } from '../src/store/sqlite-driver.ts';
import { alertWith, detection } from '../test/helpers/alerts.ts';

/**
 * Makes the store as each migration left it, with a few rows in it, for the test that opens and upgrades
 * every earlier version: test/store/fixtures/<migration>.sqlite.gz, some kB each. A fixture that is there
 * is never made again, since only the code of its day made it as it was.
 *
 * Run it after a new migration: node bin/finkvra-node.mjs scripts/make-store-fixtures.ts
 */

type Value = string | number | null | Uint8Array;
type Row = Readonly<Record<string, Value>>;

const AT = '2026-05-02T12:00:00.000Z';
const alert = (candid: string, object_id: string, place: number): Row => ({
  candid,
  object_id,
  jd: 2460800.5 + place,
  ra: 10 * place,
  dec: -5 * place,
  fid: 1,
  magpsf: 19.8,
  sigmapsf: 0.12,
  drb: 0.99,
  rb: 0.9,
  roid: 0,
  cdsxmatch: 'Unknown',
  context: JSON.stringify(alertWith().context),
  epochs: JSON.stringify([detection()]),
  stored_features: JSON.stringify({ g: null, r: null }),
  pull_id: 1,
  stored_at: AT,
});
const candidate = (id: number, round_id: number, candid: string, object_id: string, state: string): Row => ({
  id,
  round_id,
  candid,
  object_id,
  draw_order: 1,
  drawn: 'random',
  p_galactic: null,
  q: 0.25,
  pool_size: 4,
  state,
});
const round = (id: number, state: string): Row => ({
  id,
  number: id,
  state,
  size: 1,
  strategy: 'random',
  seed: id,
  pool_size: 4,
  opened_at: AT,
  closed_at: state === 'closed' ? AT : null,
});

/** Rows by table, as the first version had them. */
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  pulls: [
    {
      id: 1,
      source: 'fixture',
      started_at: AT,
      finished_at: AT,
      read: 5,
      kept: 4,
      known: 0,
      quarantined: 1,
      filtered: '{}',
    },
  ],
  alerts: [
    alert('101', 'ZTF25aaaaaaa', 1),
    alert('102', 'ZTF25aaaaaab', 2),
    alert('103', 'ZTF25aaaaaac', 3),
    alert('104', 'ZTF25aaaaaac', 4),
  ],
  features: ['101', '102', '103', '104'].map((candid) => ({ candid, ra: 1, dec: 2, ndets: 1, ebv: 0.03 })),
  stamps: [{ candid: '101', science: new Uint8Array([31, 139, 8]), template: null, difference: null }],
  quarantine: [{ pull_id: 1, reason: 'damaged', source: 'fixture', kind: 'file', at: AT }],
  rounds: [round(1, 'closed'), round(2, 'open')],
  candidates: [
    candidate(1, 1, '101', 'ZTF25aaaaaaa', 'labelled'),
    candidate(2, 2, '102', 'ZTF25aaaaaab', 'open'),
  ],
  answers: [
    { id: 1, candidate_id: 1, user_id: 'U1', user_name: 'Vera', answer: 'varstar', decided: 1, at: AT },
  ],
  labels: [
    {
      object_id: 'ZTF25aaaaaaa',
      candid: '101',
      answer: 'varstar',
      galactic: 1,
      candidate_id: 1,
      user_id: 'U1',
      user_name: 'Vera',
      at: AT,
    },
  ],
  models: [
    {
      id: 1,
      round_id: 1,
      engine: 'extra-trees',
      seed: 1,
      labels: 1,
      saved: '{}',
      trained_at: AT,
    },
  ],
  scores: [{ candid: '103', model_id: 1, p_galactic: 0.25 }],
  messages: [
    {
      id: 1,
      key: 'card:1',
      kind: 'card',
      round_id: 1,
      candidate_id: 1,
      state: 'posted',
      channel: 'C1',
      ts: '1.0',
      created_at: AT,
    },
  ],
  people: [{ user_id: 'U1', name: 'Vera' }],
};

const fill = (database: DatabaseSync): void => {
  for (const [table, rows] of Object.entries(ROWS)) {
    for (const row of rows) {
      const cells = Object.entries(row);
      const columns = cells.map(([column]) => `"${column}"`).join(', ');
      const places = cells.map(() => '?').join(', ');
      const values = cells.map(([, value]) => value);
      database.prepare(`insert into ${table} (${columns}) values (${places})`).run(...values);
    }
  }
};

/** The file of a store that has been through all versions up to this migration, rows and all. */
const storeAfter = async (migration: string): Promise<Uint8Array> => {
  const folder = mkdtempSync(join(tmpdir(), 'finkvra-fixture-'));
  const path = join(folder, 'finkvra.sqlite');
  const migrateTo = async (name: string): Promise<void> => {
    const db = new Kysely<unknown>({ dialect: sqliteDialect(path) });
    const provider = { getMigrations: async () => migrations };
    const { error } = await new Migrator({ db, provider }).migrateTo(name);
    await db.destroy();
    if (error !== undefined) throw error;
  };
  try {
    await migrateTo('0001-daily-loop');
    const database = new DatabaseSync(path);
    fill(database);
    database.close();
    await migrateTo(migration);
    return gzipSync(readFileSync(path), { level: 9 });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const fixtures = join(import.meta.dirname, '..', 'test', 'store', 'fixtures');
mkdirSync(fixtures, { recursive: true });
for (const migration of Object.keys(migrations)) {
  const path = join(fixtures, `${migration}.sqlite.gz`);
  if (existsSync(path)) continue;
  const bytes = await storeAfter(migration);
  writeFileSync(path, bytes);
  process.stdout.write(`${migration}: ${bytes.length} bytes\n`);
}

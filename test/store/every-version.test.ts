import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { findLabel } from '../../src/store/answers/labels.ts';
import { checkStore } from '../../src/store/check-store.ts';
import { findAlert, keepAlerts } from '../../src/store/intake/alerts.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { featuresOf } from '../../src/store/intake/features.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { type Db, inTransaction, type MigrationStep, openStore } from '../../src/store/open-store.ts';
import { alertWith } from '../helpers/alerts.ts';
import { temporaryFolder } from '../helpers/service.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const versions = readdirSync(fixtures).filter((name) => name.endsWith('.sqlite.gz'));

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'finkvra.sqlite');
});
afterEach(() => folder.remove());

const unpack = (version: string): void =>
  writeFileSync(path, gunzipSync(readFileSync(join(fixtures, version))));

/** Tables with the columns they have, whichever order they came in. */
const columnsOf = async (db: Db): Promise<Record<string, string[]>> => {
  const { rows } = await sql<{ name: string; column: string; type: string; must: number }>`
    select m.name, c.name as "column", lower(c.type) as type, c."notnull" as must
    from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' order by m.name, c.name`.execute(db);
  return Object.fromEntries(
    Object.entries(Object.groupBy(rows, ({ name }) => name)).map(([name, columns]) => [
      name,
      (columns ?? []).map(({ column, type, must }) => `${column} ${type}${must === 1 ? ' not null' : ''}`),
    ]),
  );
};

/** Indices and triggers by name. */
const namesOf = async (db: Db): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type in ('index', 'trigger') order by name`.execute(db);
  return rows.map(({ name }) => name);
};

test('every migration has the store that it left as a fixture', () => {
  const missing = Object.keys(migrations).filter((name) => !existsSync(join(fixtures, `${name}.sqlite.gz`)));
  expect(missing, 'run: node bin/finkvra-node.mjs scripts/make-store-fixtures.ts').toEqual([]);
});

test.each(versions)('a store of %s is brought up to date with all it has', async (version) => {
  unpack(version);
  // What doctor says before: nothing that this version would not know.
  expect(checkStore(path)).toMatchObject({ integrity: 'ok', unknown: [] });
  const db = await openStore(path);
  const fresh = await openStore(':memory:');
  try {
    expect(checkStore(path)).toEqual({ integrity: 'ok', pending: [], unknown: [] });
    expect((await sql`pragma foreign_key_check`.execute(db)).rows).toEqual([]);
    expect(await columnsOf(db)).toEqual(await columnsOf(fresh));
    expect(await namesOf(db)).toEqual(await namesOf(fresh));
    expect(await findLabel(db, 'ZTF25aaaaaaa')).toMatchObject({ answer: 'varstar', user_name: 'Vera' });
    expect(await findAlert(db, '103')).toMatchObject({ objectId: 'ZTF25aaaaaac', ra: 30 });
    expect((await countAlerts(db)).pool).toBe(2);

    const alert = alertWith({ candid: '999', objectId: 'ZTF25zzzzzzz' });
    const features = alertFeatures(alert, { ebv: 0.5 });
    await inTransaction(db, (trx) => keepAlerts(trx, [{ alert, features }], 1, '2026-05-03T12:00:00.000Z'));
    expect(await findAlert(db, '999')).toEqual(alert);
    expect(await featuresOf(db, '999')).toEqual(features);
    expect((await countAlerts(db)).pool).toBe(3);
  } finally {
    await db.destroy();
    await fresh.destroy();
  }
});

test('what brings an older store up to date says how far it is; a new store has nothing to say', async () => {
  const said: string[] = [];
  const onMigration = ({ name, step, of }: MigrationStep): number => said.push(`${step}/${of} ${name}`);
  await (await openStore(path, { onMigration })).destroy();
  expect(said).toEqual([]);
  unpack('0014-feature-sets.sqlite.gz');
  await (await openStore(path, { onMigration })).destroy();
  const all = Object.keys(migrations);
  const lacking = all.slice(all.indexOf('0014-feature-sets') + 1);
  expect(said).toEqual(lacking.map((name, i) => `${i + 1}/${lacking.length} ${name}`));
});

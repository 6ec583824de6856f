import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { FinkvraError } from '../lib/errors.ts';
import { SIMULATED_PREFIX } from '../pipeline/enrich/object-links.ts';
import { rebuildPool } from './intake/pool.ts';
import { keepValue, readValue } from './key-value.ts';
import { type Db, inTransaction } from './open-store.ts';
import { stampFolder } from './stamps/segments.ts';
import { COMPANIONS } from './store-file.ts';

/** Simulated and real alerts have separate stores: labels of one must not train models for the other. */
export type StoreKind = 'real' | 'simulated';

const FACT = 'kind';

/** Contents of a store's file. */
export interface StoreContents {
  /** Null in stores of versions that put both kinds into one. */
  readonly kind: StoreKind | null;
  /** It has real alerts, a pull of them, or imported labels. */
  readonly real: boolean;
  readonly simulated: boolean;
}

const [FROM, UNTIL] = [SIMULATED_PREFIX, `${SIMULATED_PREFIX}~`];

/**
 * Reads the kind of a store of any version without changing it; null without a file.
 * @throws Error if it is not an SQLite database
 */
export const lookIntoStore = (path: string): StoreContents | null => {
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const has = (query: string, ...values: string[]): boolean =>
      database.prepare(query).get(...values) !== undefined;
    const table = (name: string): boolean =>
      has("select 1 from sqlite_master where type = 'table' and name = ?", name);
    const alerts = table('alerts');
    const kind = table('facts')
      ? (['real', 'simulated'] as const).find((one) =>
          has('select 1 from facts where name = ? and value = ?', FACT, JSON.stringify(one)),
        )
      : undefined;
    return {
      kind: kind ?? null,
      real:
        (alerts &&
          (has('select 1 from alerts where object_id < ? limit 1', FROM) ||
            has('select 1 from alerts where object_id >= ? limit 1', UNTIL))) ||
        ['imported_labels', 'imported_training'].some(
          (name) => table(name) && has(`select 1 from ${name} limit 1`),
        ) ||
        (table('pulls') && has("select 1 from pulls where source not like 'simulated night %' limit 1")),
      simulated:
        alerts && has('select 1 from alerts where object_id >= ? and object_id < ? limit 1', FROM, UNTIL),
    };
  } finally {
    database.close();
  }
};

/** Stores a store's kind for good. */
export const keepKind = async (db: Db, kind: StoreKind): Promise<void> => {
  if ((await readValue(db, FACT)) === null) await keepValue(db, FACT, JSON.stringify(kind));
};

/** A store's kind; null if it was never stored. */
export const kindOf = async (db: Db): Promise<StoreKind | null> => {
  const kept = await readValue(db, FACT);
  return (['real', 'simulated'] as const).find((kind) => kept === JSON.stringify(kind)) ?? null;
};

/** Copies the whole store to a new file, with its own id. */
export const copyStore = async (db: Db, path: string): Promise<void> => {
  await sql`vacuum into ${path}`.execute(db);
};

/** Deletes a store's file, stamps and journal. No process may have it open. */
export const removeStore = (path: string): void => {
  rmSync(stampFolder(path), { recursive: true, force: true });
  for (const end of ['', ...COMPANIONS]) rmSync(`${path}${end}`, { force: true });
};

/**
 * Writes the journal into a store's file, so that it can be moved.
 * @throws FinkvraError if another program has it open
 */
export const closeForMoving = (path: string): void => {
  const database = new DatabaseSync(path, { timeout: 500 });
  try {
    database.exec('pragma journal_mode = delete');
  } catch (error) {
    throw new FinkvraError(`Another program has ${path} open: stop it, and do this again.`, { cause: error });
  } finally {
    database.close();
  }
};

const SIMULATED = sql.raw(`object_id >= '${FROM}' and object_id < '${UNTIL}'`);
const THEIR_CANDIDATES = sql`select id from candidates where ${SIMULATED}`;
const SIMULATED_PULLS = sql`select id from pulls where source like 'simulated night %'`;
const EMPTY_ROUNDS = sql`select id from rounds where id not in (select round_id from candidates)`;

/** Deletes rows of other tables, whichever they are, that refer to deleted rows. */
const removeOrphans = async (db: Db): Promise<void> => {
  for (;;) {
    const { rows } = await sql<{ table: string; parent: string; fkid: number }>`
      select distinct "table", parent, fkid from pragma_foreign_key_check`.execute(db);
    if (rows.length === 0) return;
    for (const { table, parent, fkid } of rows) {
      const { rows: keys } = await sql<{ from: string; to: string }>`
        select "from", "to" from pragma_foreign_key_list(${table}) where id = ${fkid}`.execute(db);
      for (const { from, to } of keys)
        await sql`delete from ${sql.table(table)}
          where ${sql.ref(from)} not in (select ${sql.ref(to)} from ${sql.table(parent)})`.execute(db);
    }
  }
};

/**
 * Deletes everything about simulated objects from a store that holds real ones too: alerts, candidates, answers,
 * labels, messages, purely simulated rounds, and all models, since each was trained on some of them. Rounds
 * without open candidates go on to their training.
 */
export const removeSimulated = (db: Db): Promise<void> =>
  inTransaction(db, async (trx) => {
    // Answers and corrections are append-only; the store that keeps these has a copy.
    const { rows: guards } = await sql<{ name: string; sql: string }>`select name, sql from sqlite_master
      where type = 'trigger' and tbl_name in ('answers', 'corrections')`.execute(trx);
    await sql`pragma defer_foreign_keys = on`.execute(trx);
    for (const { name } of guards) await sql`drop trigger ${sql.ref(name)}`.execute(trx);
    for (const statement of [
      sql`delete from uploads where key in (select 'card:' || candid from alerts where ${SIMULATED})`,
      sql`delete from answers where candidate_id in (${THEIR_CANDIDATES})`,
      sql`delete from reasons where candidate_id in (${THEIR_CANDIDATES})`,
      sql`delete from messages where candidate_id in (${THEIR_CANDIDATES})`,
      sql`update candidates set replaces_id = null where replaces_id in (${THEIR_CANDIDATES})`,
      sql`delete from labels where ${SIMULATED}`,
      sql`delete from corrections where ${SIMULATED}`,
      sql`delete from candidates where ${SIMULATED}`,
      sql`delete from scores`,
      sql`delete from tracking_jobs`,
      sql`update rounds set model_id = null`,
      sql`delete from models`,
      sql`delete from messages where round_id in (${EMPTY_ROUNDS})`,
      sql`delete from rounds where id in (${EMPTY_ROUNDS})`,
      sql`update rounds set state = 'training' where state = 'open'
        and id not in (select round_id from candidates where state = 'open')`,
      sql`delete from spares where ${SIMULATED}`,
      sql`delete from objects where ${SIMULATED}`,
      sql`delete from alerts where ${SIMULATED}`,
      sql`update counts set n = (select count(*) from alerts) where name = 'alerts'`,
      sql`update counts set n = (select count(distinct same_as) from objects) where name = 'objects'`,
      sql`delete from quarantine where pull_id in (${SIMULATED_PULLS})`,
      sql`delete from archives where pull_id in (${SIMULATED_PULLS})`,
      sql`delete from pulls where id in (${SIMULATED_PULLS})`,
      // The last pull may have been a simulated one.
      sql`delete from facts where name = 'duty:pull'`,
    ]) {
      await statement.execute(trx);
    }
    await rebuildPool(trx);
    await removeOrphans(trx);
    for (const guard of guards) await sql.raw(guard.sql).execute(trx);
  });

/** Archive files of simulated nights. */
export const simulatedArchives = async (db: Db): Promise<string[]> => {
  const { rows } = await sql<{
    file: string;
  }>`select file from archives where pull_id in (${SIMULATED_PULLS})`.execute(db);
  return rows.map(({ file }) => file);
};

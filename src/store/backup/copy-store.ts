import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { FinkvraError } from '../../lib/errors.ts';
import { serveJobs } from '../../lib/worker.ts';
import { checkStore } from '../check-store.ts';

export interface CopyJob {
  readonly from: string;
  /** A file that does not exist yet. */
  readonly to: string;
  readonly withStamps: boolean;
  /** Bytes for stamps beside the copy on that disk. */
  readonly stampBytes?: number;
  /** Free bytes on the disk of `to`. */
  readonly free: number;
}

export interface CopyResult {
  readonly bytes: number;
  /** Rows copied, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Longest wait for a service that writes meanwhile, ms; this runs in its own thread. */
const PATIENCE_MS = 30_000;
/** The copy needs this much; the rest is for the night's alerts and SQLite's own files. */
const ROOM = 2;

/**
 * Copies the store as of one moment while others write, then reads the whole copy to check it. Without stamps it
 * is a fifth of the size. The copy is one compact file without a journal.
 * @throws FinkvraError if the disk lacks twice the space, or the copy differs from the store
 */
export const copyStore = ({ from, to, withStamps, stampBytes = 0, free }: CopyJob): CopyResult => {
  const needed = ROOM * sizeOf(from, withStamps) + stampBytes;
  if (free < needed) {
    throw new FinkvraError(
      `The disk has ${megabytes(free)} left and a backup needs ${megabytes(needed)}, twice its size: free some space, or name a folder on another disk with --to.`,
    );
  }
  closeSync(openSync(to, 'wx', 0o600));
  const database = new DatabaseSync(to, { timeout: PATIENCE_MS, enableForeignKeyConstraints: false });
  let rows: Record<string, number>;
  try {
    // A draft until it is complete; one left by a crash is deleted.
    database.exec('pragma journal_mode = off; pragma synchronous = off');
    database.prepare('attach database ? as store').run(from);
    database.exec('begin');
    rows = copyTables(database, withStamps);
    database.exec('commit');
    database.exec('detach database store');
  } finally {
    database.close();
  }
  sync(to);
  assertCopied(to, rows);
  return { bytes: statSync(to).size, rows };
};

interface Entry {
  readonly name: string;
  readonly sql: string;
}

/** Tables, indices and triggers of the store, by kind, in order of creation. */
const entriesOf = (database: DatabaseSync, kind: 'table' | 'index' | 'trigger'): Entry[] =>
  database
    .prepare(
      `select name, sql from store.sqlite_master
       where type = ? and sql is not null and name not like 'sqlite_%' order by rowid`,
    )
    .all(kind)
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));

const copyTables = (database: DatabaseSync, withStamps: boolean): Record<string, number> => {
  const tables = entriesOf(database, 'table');
  const rows: Record<string, number> = {};
  for (const { name, sql } of tables) {
    database.exec(sql);
    if (name === 'stamps' && !withStamps) continue;
    const { changes } = database.prepare(`insert into main."${name}" select * from store."${name}"`).run();
    rows[name] = Number(changes);
  }
  // Ids must never be reused.
  database.exec('delete from main.sqlite_sequence');
  database.exec('insert into main.sqlite_sequence select * from store.sqlite_sequence');
  // Indices are faster to build at the end, and triggers would refuse rows of append-only tables.
  for (const { sql } of [...entriesOf(database, 'index'), ...entriesOf(database, 'trigger')])
    database.exec(sql);
  return rows;
};

/** Bytes that a copy needs: the pages in use, without those of stamps. */
const sizeOf = (path: string, withStamps: boolean): number => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: PATIENCE_MS });
  try {
    const value = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
    const pages = value('pragma page_count') - value('pragma freelist_count');
    const whole = pages * value('pragma page_size');
    if (withStamps) return whole;
    const stamps = value(
      `select sum(coalesce(length(science), 0) + coalesce(length(template), 0)
        + coalesce(length(difference), 0)) from stamps`,
    );
    return whole - stamps;
  } finally {
    database.close();
  }
};

const sync = (path: string): void => {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const assertCopied = (path: string, rows: Readonly<Record<string, number>>): void => {
  const { integrity } = checkStore(path);
  if (integrity !== 'ok') throw new FinkvraError(`The copy ${path} is damaged: ${integrity.slice(0, 200)}.`);
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    for (const [table, expected] of Object.entries(rows)) {
      const found = Number(database.prepare(`select count(*) as n from "${table}"`).get()?.n);
      if (found !== expected)
        throw new FinkvraError(`The copy ${path} has ${found} rows of ${table} where ${expected} were read.`);
    }
  } finally {
    database.close();
  }
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

serveJobs(import.meta.url, (job: CopyJob) => ({ result: copyStore(job) }));

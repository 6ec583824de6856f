import { sql } from 'kysely';
import { FinkvraError } from '../../lib/errors.ts';
import { allCounts } from '../intake/counts.ts';
import type { Db } from '../open-store.ts';
import { serverOf } from '../postgres/postgres-place.ts';
import type { Database } from '../schema.ts';
import { hasUnmoved, moveStamps } from '../stamps/move-stamps.ts';
import { MOVED_OTHERWISE, MOVED_TABLES, numberedTables } from './tables.ts';
import { type MovedStamps, transferStamps } from './transfer-stamps.ts';

export interface Transfer extends MovedStamps {
  /** Rows moved, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface TransferOptions {
  /** Told of each page: the table, and rows of it so far. */
  readonly onProgress?: (table: string, done: number) => void;
  /** Ends it: nothing is in the target then. */
  readonly signal?: AbortSignal;
}

type Row = Readonly<Record<string, unknown>>;

/** Values in one statement; both kinds of store take more. */
const VALUES = 20_000;
const PAGE = 1000;

const countOf = async (db: Db, table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
  return rows[0]?.n ?? 0;
};

/** A new store has its id and counts of nothing; anything else is somebody's. */
const assertEmpty = async (target: Db, shown: string): Promise<void> => {
  for (const { name } of MOVED_TABLES) {
    const rows = await countOf(target, name);
    if (rows > (name === 'facts' ? 1 : 0))
      throw new FinkvraError(
        `${shown} is not empty (${rows} rows of ${name}): nothing was copied. Name a new database, or a file that is not there.`,
      );
  }
};

const readPage = async (
  source: Db,
  name: keyof Database,
  key: readonly string[] | null,
  after: Row | undefined,
): Promise<readonly Row[]> => {
  const table = sql.table(name);
  if (key === null) return (await sql<Row>`select * from ${table}`.execute(source)).rows;
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const behind =
    after === undefined
      ? sql`true`
      : sql`(${columns}) > (${sql.join(key.map((column) => sql.val(after[column])))})`;
  const { rows } = await sql<Row>`
    select * from ${table} where ${behind} order by ${columns} limit ${PAGE}`.execute(source);
  return rows;
};

const insertRows = async (target: Db, name: string, rows: readonly Row[]): Promise<void> => {
  const columns = Object.keys(rows[0] ?? {});
  const atATime = Math.max(1, Math.floor(VALUES / Math.max(1, columns.length)));
  for (let from = 0; from < rows.length; from += atATime) {
    const values = rows
      .slice(from, from + atATime)
      .map((row) => sql`(${sql.join(columns.map((column) => sql.val(row[column])))})`);
    await sql`insert into ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(values)}`.execute(target);
  }
};

/** Numbers go on behind the last one that was given, also where its row is gone. */
const keepNumbering = async (source: Db, target: Db): Promise<void> => {
  for (const table of numberedTables()) {
    const last = await lastNumber(source, table);
    if (last === 0) continue;
    if (serverOf(target) !== null) {
      await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${sql.lit(last)})`.execute(target);
    } else {
      await sql`delete from sqlite_sequence where name = ${table}`.execute(target);
      await sql`insert into sqlite_sequence (name, seq) values (${table}, ${last})`.execute(target);
    }
  }
};

const lastNumber = async (db: Db, table: string): Promise<number> => {
  const { rows } =
    serverOf(db) === null
      ? await sql<{ n: number | null }>`select seq as n from sqlite_sequence where name = ${table}`.execute(
          db,
        )
      : await sql<{ n: number | null }>`select pg_sequence_last_value(
          pg_get_serial_sequence(${table}, 'id')::regclass) as n`.execute(db);
  return rows[0]?.n ?? 0;
};

const assertMoved = async (
  target: Db,
  shown: string,
  rows: Readonly<Record<string, number>>,
): Promise<void> => {
  for (const [table, expected] of Object.entries(rows)) {
    const found = await countOf(target, table);
    if (found !== expected)
      throw new FinkvraError(
        `${shown} has ${found} rows of ${table} where ${expected} were read: nothing was copied. Do it again.`,
      );
  }
};

/**
 * Puts all that a store has into an empty one of the other kind, or of the same: rows as they are, stamps where that
 * kind of store has them. In one transaction: the target has all of it or nothing. No service may work on either.
 * @param shown what people see of the target
 * @throws FinkvraError when the target is not empty, or has not as many rows afterwards
 */
export const transferStore = async (
  source: Db,
  target: Db,
  shown: string,
  { onProgress, signal }: TransferOptions = {},
): Promise<Transfer> => {
  await assertEmpty(target, shown);
  // As any start of a service does: from files they are read in one way.
  if (await hasUnmoved(source)) await moveStamps(source, (done) => onProgress?.('stamps', done));
  const reading =
    serverOf(source) === null ? source.transaction() : source.transaction().setAccessMode('read only');
  return reading.execute((from) =>
    target.transaction().execute(async (to) => {
      const rows: Record<string, number> = {};
      await sql`delete from facts`.execute(to);
      for (const { name, key } of MOVED_TABLES) {
        let done = 0;
        for (let last: Row | undefined; ; ) {
          signal?.throwIfAborted();
          const page = await readPage(from, name, key, last);
          await insertRows(to, name, page);
          done += page.length;
          onProgress?.(name, done);
          last = page.at(-1);
          if (key === null || page.length < PAGE) break;
        }
        rows[name] = done;
      }
      await sql`delete from counts`.execute(to);
      await insertRows(
        to,
        'counts',
        (await allCounts(from)).map(({ name, n }) => ({ name, n })),
      );
      const stamps = await transferStamps(from, to, { onProgress, signal });
      await keepNumbering(from, to);
      await assertMoved(to, shown, rows);
      return { rows, ...stamps };
    }),
  );
};

/** Every table of a store that a transfer knows of. */
export const knownTables = (): string[] => [...MOVED_TABLES.map(({ name }) => name), ...MOVED_OTHERWISE];

import type { Compilable, InsertResult } from 'kysely';
import type { Db } from './open-store.ts';

/**
 * An insert of one row, to be done many times: Kysely makes its SQL of the first row only, which takes
 * longer than the insert itself. Every row has the first one's columns.
 * @returns what inserts a row and tells how many rows were inserted: 1, or 0 where `onConflict` did nothing
 * @example
 * const insert = repeatedInsert(db, (row: PersonRow) => db.insertInto('people').values(row));
 * for (const row of rows) await insert(row);
 */
export const repeatedInsert = <Row extends object>(
  db: Db,
  insertOf: (row: Row) => Compilable<InsertResult>,
): ((row: Row) => Promise<number>) => {
  const compile = (row: Row) => ({ query: insertOf(row).compile(), columns: Object.keys(row) });
  let compiled: ReturnType<typeof compile> | null = null;
  return async (row) => {
    compiled ??= compile(row);
    // By name, since nothing but the first row's order of columns is in the SQL.
    const parameters = compiled.columns.map((column): unknown => Reflect.get(row, column));
    const { numAffectedRows } = await db.executeQuery({ ...compiled.query, parameters });
    return Number(numAffectedRows ?? 0n);
  };
};

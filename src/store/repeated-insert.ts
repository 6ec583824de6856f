import type { Compilable, InsertResult } from 'kysely';
import type { Db } from './open-store.ts';

/**
 * An insert of single rows for many repetitions: Kysely builds the SQL for the first row only, which takes longer
 * than the insert itself. All rows have the first one's columns.
 * @returns a function that inserts a row and returns how many were inserted: 1, or 0 if `onConflict` did nothing
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
    // By name, since the SQL has the first row's column order.
    const parameters = compiled.columns.map((column): unknown => Reflect.get(row, column));
    const { numAffectedRows } = await db.executeQuery({ ...compiled.query, parameters });
    return Number(numAffectedRows ?? 0n);
  };
};

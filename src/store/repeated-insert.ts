import type { Compilable, InsertResult } from 'kysely';
import type { Db } from './open-store.ts';

/**
 * An insert of one row, to be done many times: Kysely makes its SQL of the first row only, which takes
 * longer than the insert itself. All rows have the same columns in the same order.
 * @returns what inserts a row and tells how many rows were inserted: 1, or 0 where `onConflict` did nothing
 * @example
 * const insert = repeatedInsert(db, (row: PersonRow) => db.insertInto('people').values(row));
 * for (const row of rows) await insert(row);
 */
export const repeatedInsert = <Row extends object>(
  db: Db,
  insertOf: (row: Row) => Compilable<InsertResult>,
): ((row: Row) => Promise<number>) => {
  let compiled: ReturnType<Compilable<InsertResult>['compile']> | null = null;
  return async (row) => {
    compiled ??= insertOf(row).compile();
    const { numAffectedRows } = await db.executeQuery({ ...compiled, parameters: Object.values(row) });
    return Number(numAffectedRows ?? 0n);
  };
};

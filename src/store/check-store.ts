import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../lib/errors.ts';
import { EARLIER_NAMES, migrations } from './migrations/index.ts';
import { isDamage } from './store-errors.ts';

export interface StoreCheck {
  /** SQLite's result: `ok`, or the damage. */
  readonly integrity: string;
  /** Migrations that the next start will apply. */
  readonly pending: readonly string[];
  /** Migrations that this version does not know: a newer one wrote the store. */
  readonly unknown: readonly string[];
}

/** Tables that cannot be recovered from elsewhere; they are always small. */
const BY_PEOPLE = ['answers', 'labels', 'corrections', 'rounds', 'candidates', 'models', 'messages', 'facts'];

/**
 * Checks a store without changing it.
 * @param whole largest file that is checked completely, bytes; in a larger one only what people made
 * @throws Error if the file is not an SQLite database, not a store of ours, or truncated
 */
export const checkStore = (path: string, whole = Number.POSITIVE_INFINITY): StoreCheck => {
  const size = statSync(path).size;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const quickCheck = (of = ''): string[] => {
      try {
        const rows = database.prepare(`PRAGMA quick_check${of}`).all();
        return rows.map((row) => String(row.quick_check));
      } catch (error) {
        if (isDamage(error)) return [messageOf(error)];
        throw error;
      }
    };
    const lines =
      size <= whole ? quickCheck() : [...new Set(BY_PEOPLE.flatMap((table) => quickCheck(`('${table}')`)))];
    const applied = database
      .prepare('select name from kysely_migration')
      .all()
      .map((row) => String(row.name))
      .map((name) => EARLIER_NAMES[name] ?? name);
    const known = Object.keys(migrations);
    return {
      integrity: lines.join('; '),
      pending: known.filter((name) => !applied.includes(name)),
      unknown: applied.filter((name) => !known.includes(name)),
    };
  } finally {
    database.close();
  }
};

/** A used store has a row in at least one of these tables. */
const TELLING = ['alerts', 'quarantine', 'imported_labels', 'imported_training', 'rounds'] as const;

/** Whether a store holds nothing of value; failed pulls do not count. */
export const isEmptyStore = (path: string): boolean => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    return TELLING.every((table) => database.prepare(`select 1 from ${table} limit 1`).get() === undefined);
  } finally {
    database.close();
  }
};

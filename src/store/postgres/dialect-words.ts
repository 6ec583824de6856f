import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely';
import { serverOf } from './postgres-place.ts';

/** Identifies a row of a table without a key. */
export const rowIdentity = <D>(db: Kysely<D>): RawBuilder<unknown> =>
  sql.raw(serverOf(db) === null ? 'rowid' : 'ctid');

/**
 * A join in the written order. SQLite would start with the largest table if its statistics are old; a server
 * keeps them up to date.
 */
export const joinInOrder = <D>(db: Kysely<D>): RawBuilder<unknown> =>
  sql.raw(serverOf(db) === null ? 'cross join' : 'join');

/**
 * The text at a path in a JSON text; null if it is missing.
 * @param path names and indexes
 * @example jsonText(db, sql.ref('payload'), ['surest', 0, 'candid'])
 */
export const jsonText = <D>(
  db: Kysely<D>,
  json: Expression<unknown>,
  path: readonly (string | number)[],
): RawBuilder<string | null> => {
  if (serverOf(db) !== null) return sql`(${json}::jsonb #>> ${sql.lit(`{${path.join(',')}}`)})`;
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return sql`json_extract(${json}, ${sql.lit(`$${steps.join('')}`)})`;
};

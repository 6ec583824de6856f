import { Kysely, sql } from 'kysely';
import { EARLIER_NAMES, migrations } from '../migrations/index.ts';
import { postgresDialect } from './postgres-dialect.ts';
import type { PostgresPlace } from './postgres-place.ts';

/** What is at a server store's address. */
export interface ServerCheck {
  /** Such as `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  readonly database: string;
  readonly user: string;
  /** Size of the whole database on the server's disk, bytes. */
  readonly bytes: number;
  /** Whether it contains a store; the first start creates one. */
  readonly isThere: boolean;
  /** Migrations that the next start will apply. */
  readonly pending: readonly string[];
  /** Migrations that this version does not know: a newer one wrote the store. */
  readonly unknown: readonly string[];
}

/** Longest wait for an answer of the server, ms. */
const PATIENCE_MS = 5000;

/**
 * Checks a server and its store without changing anything.
 * @throws FinkvraError if it is unreachable or refuses the user
 */
export const checkServer = async (place: PostgresPlace, patienceMs = PATIENCE_MS): Promise<ServerCheck> => {
  const db = new Kysely<unknown>({ dialect: postgresDialect(place, { connections: 1, patienceMs }) });
  try {
    const { rows } = await sql<Omit<ServerCheck, 'pending' | 'unknown' | 'isThere'> & { isThere: number }>`
      select current_setting('server_version') as version, current_database() as database,
        current_user as "user", pg_database_size(current_database()) as bytes,
        to_regclass('kysely_migration') is not null as "isThere"`.execute(db);
    const [found] = rows;
    if (found === undefined) throw new Error('the server told nothing of itself');
    const isThere = found.isThere === 1;
    const applied = isThere
      ? (await sql<{ name: string }>`select name from kysely_migration`.execute(db)).rows.map(
          ({ name }) => EARLIER_NAMES[name] ?? name,
        )
      : [];
    const known = Object.keys(migrations);
    return {
      ...found,
      isThere,
      pending: isThere ? known.filter((name) => !applied.includes(name)) : [],
      unknown: applied.filter((name) => !known.includes(name)),
    };
  } finally {
    await db.destroy();
  }
};

/** Whether this address has a store. @throws as `checkServer` */
export const isOnServer = async (place: PostgresPlace): Promise<boolean> =>
  (await checkServer(place)).isThere;

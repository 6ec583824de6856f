import type { CustomTypesConfig, Pool, PoolConfig } from 'pg';
import type { PostgresPlace } from './postgres-place.ts';

/** PostgreSQL's type ids; `select oid, typname from pg_type`. */
const BOOL = 16;
const INT8 = 20;
const NUMERIC = 1700;

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} of the store is more than a number holds`);
  return value;
};

/** Values as SQLite returns them: whole numbers and sums as numbers, booleans as 1 or 0. */
const typesOf = ({ types }: typeof import('pg')): CustomTypesConfig => ({
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return types.getTypeParser(oid, format);
    if (oid === INT8) return wholeNumber;
    if (oid === NUMERIC) return Number;
    if (oid === BOOL) return (text: string) => (text === 't' ? 1 : 0);
    return types.getTypeParser(oid, 'text');
  },
});

/** Time limit for a connection, ms; a lost one is requested again. */
const CONNECT_MS = 10_000;

/** Options of every connection to a store. */
export const connectionConfig = ({ url }: PostgresPlace, driver: typeof import('pg')): PoolConfig => ({
  connectionString: url,
  types: typesOf(driver),
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  fallback_application_name: 'finkvra',
});

export interface PoolOptions {
  /** Connections at most. */
  readonly connections?: number;
  /** Run on each new connection. */
  readonly begin?: string;
}

const CONNECTIONS = 10;
/** A connection that nobody needs is kept for so long, ms. */
const IDLE_MS = 60_000;

/** A connection pool. `pg` is loaded here, so that a store in a file does not need it. */
export const openPool = async (
  place: PostgresPlace,
  { connections = CONNECTIONS, begin }: PoolOptions,
): Promise<Pool> => {
  const driver = await import('pg');
  const pool = new driver.Pool({
    ...connectionConfig(place, driver),
    max: connections,
    idleTimeoutMillis: IDLE_MS,
  });
  // A broken idle connection leaves the pool; the next user gets another one, or the reason.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Numbers in full precision, whatever the server's setting.
    void client.query(`set extra_float_digits = 1; ${begin ?? ''}`).catch(() => undefined);
  });
  return pool;
};

/** Values in the form that PostgreSQL takes. */
export const toParameter = (value: unknown): unknown => {
  // SQLite stores these as null, and readers rely on it.
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  // PostgreSQL's text cannot contain this character; names and reasons in foreign packets may.
  if (typeof value === 'string' && value.includes('\0')) return value.replaceAll('\0', '\uFFFD');
  return value;
};

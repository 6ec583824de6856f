import type { CustomTypesConfig, Pool, PoolConfig } from 'pg';
import type { PostgresPlace } from './postgres-place.ts';

/** PostgreSQL's numbers of its types; `select oid, typname from pg_type`. */
const BOOL = 16;
const INT8 = 20;
const NUMERIC = 1700;

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} of the store is more than a number holds`);
  return value;
};

/** Values come as SQLite gives them: whole numbers and sums as numbers, truth as 1 or 0. */
const typesOf = ({ types }: typeof import('pg')): CustomTypesConfig => ({
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return types.getTypeParser(oid, format);
    if (oid === INT8) return wholeNumber;
    if (oid === NUMERIC) return Number;
    if (oid === BOOL) return (text: string) => (text === 't' ? 1 : 0);
    return types.getTypeParser(oid, 'text');
  },
});

/** How long a connection may take, ms; one that is lost is asked for again. */
const CONNECT_MS = 10_000;

/** What every connection to a store is made with. */
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

/** A pool of connections; `pg` is loaded here, so that a store in a file does without it. */
export const openPool = async (
  place: PostgresPlace,
  { connections = CONNECTIONS, begin }: PoolOptions,
): Promise<Pool> => {
  const driver = await import('pg');
  const pool = new driver.Pool({ ...connectionConfig(place, driver), max: connections });
  // An idle connection that breaks leaves the pool; whoever needs one next gets another, or hears why not.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Numbers are told to their last bit, whatever the server is set to.
    void client.query(`set extra_float_digits = 1; ${begin ?? ''}`).catch(() => undefined);
  });
  return pool;
};

/** A value as PostgreSQL takes it where SQLite took it otherwise. */
export const toParameter = (value: unknown): unknown => {
  // SQLite keeps these as null, and whoever reads them counts on it.
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  // Text here has no such character; names and reasons of foreign packets may.
  if (typeof value === 'string' && value.includes('\0')) return value.replaceAll('\0', '\uFFFD');
  return value;
};

import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { isRead } from '../sqlite-driver.ts';
import { createCommits } from './commits.ts';
import { createPatience, type PatienceOptions } from './patience.ts';
import { isLost } from './postgres-errors.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { openPool, type PoolOptions, toParameter } from './postgres-pool.ts';

export interface PostgresOptions extends PoolOptions, PatienceOptions {
  /** Awaited before each statement and each commit; what it throws ends the work. */
  readonly guard?: () => Promise<void>;
}

/** A process that hangs within a transaction must not hold up the others for longer, ms. */
const HANGING_MS = 10_000;

/** Statements that change or lock rows are writes; `with` may be one. */
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

const run = async <R>(client: PoolClient, { sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
  const { command, rowCount, rows } = await client.query<R & object>(sql, parameters.map(toParameter));
  return CHANGES.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
};

/**
 * PostgreSQL for Kysely with a connection pool. It waits for an unreachable server as the SQLite driver waits for
 * a locked file: a statement or the start of a transaction is retried; an interrupted transaction is lost. A
 * write outside of a transaction gets its own.
 */
export const postgresDriver = (place: PostgresPlace, options: PostgresOptions): Driver => {
  const closing = new AbortController();
  const patiently = createPatience(place.shown, options, closing.signal);
  /** The connection of each session in a transaction. */
  const holding = new WeakMap<DatabaseConnection, { readonly client: PoolClient; readonly only: boolean }>();
  let pool: Pool | null = null;
  const guard = options.guard ?? (async () => undefined);

  const connect = async (): Promise<PoolClient> => {
    if (pool === null) throw new Error(`the store ${place.shown} is not open`);
    return pool.connect();
  };

  /** Lends a connection for one piece of work; a failed one is not reused. */
  const withClient = async <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(isLost(error) ? true : undefined);
      throw error;
    }
  };

  const keep = createCommits(place.shown, withClient, patiently);
  const commit: typeof keep = async (client) => {
    await guard();
    await keep(client);
  };

  /** A single write. */
  const write = <R>(query: CompiledQuery): Promise<QueryResult<R>> =>
    withClient(async (client) => {
      await client.query('begin isolation level read committed');
      try {
        const result = await run<R>(client, query);
        await commit(client);
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });

  /** A connection in Kysely's terms: a session that holds one only while needed. */
  const createSession = (): DatabaseConnection => {
    const session: DatabaseConnection = {
      executeQuery: async <R>(query: CompiledQuery) => {
        await guard();
        const held = holding.get(session);
        // Not retried: the earlier part of the transaction is lost.
        if (held !== undefined) return run<R>(held.client, query);
        if (isRead(query)) return patiently(() => withClient((client) => run<R>(client, query)));
        return patiently(() => write<R>(query));
      },
      streamQuery: () => {
        throw new Error('rows are read in pages here, not as a stream');
      },
    };
    return session;
  };

  const giveBack = (session: DatabaseConnection, broken: boolean): void => {
    holding.get(session)?.client.release(broken ? true : undefined);
    holding.delete(session);
  };

  return {
    init: async () => {
      const begin = `set idle_in_transaction_session_timeout = ${HANGING_MS}; ${options.begin ?? ''}`;
      pool = await openPool(place, { ...options, begin });
      await patiently(() => withClient((client) => client.query('select 1')));
    },
    acquireConnection: async () => createSession(),
    beginTransaction: async (session, { accessMode }) => {
      const only = accessMode === 'read only';
      const level = only ? 'repeatable read read only' : 'read committed';
      await patiently(async () => {
        await guard();
        const client = await connect();
        try {
          await client.query(`begin isolation level ${level}`);
          holding.set(session, { client, only });
        } catch (error) {
          client.release(true);
          throw error;
        }
      });
    },
    commitTransaction: async (session) => {
      const held = holding.get(session);
      if (held === undefined) throw new Error('there is no transaction to commit');
      if (held.only) await held.client.query('commit');
      else await commit(held.client);
      giveBack(session, false);
    },
    rollbackTransaction: async (session) => {
      const held = holding.get(session);
      if (held === undefined) return;
      const rolledBack = await held.client.query('rollback').then(
        () => true,
        () => false, // the connection is gone, and the transaction with it
      );
      giveBack(session, !rolledBack);
    },
    releaseConnection: async (session) => giveBack(session, true),
    destroy: async () => {
      closing.abort(new Error(`the store ${place.shown} was closed`));
      const open = pool;
      pool = null;
      await open?.end();
    },
  };
};

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { createTurns } from '../lib/waiting.ts';
import { type NodeSqlite, openNodeSqlite } from './node-sqlite-database.ts';
import { isBusy, storeError, stuckError } from './store-errors.ts';

export interface SqliteOptions {
  /** Longest wait of a write for another program that holds the file, ms; by default 30 s. */
  readonly patienceMs?: number;
  /** Called when the store starts to wait for another program, and with null when the wait ends. */
  readonly onWait?: (since: Date | null) => void;
}

const PATIENCE_MS = 30_000;
/** Pause between two tries, ms. */
const RETRY_MS = 15;

/**
 * Node's SQLite for Kysely, with two connections to one file. Writes and transactions take turns on the first;
 * reads outside of transactions use the second and never wait. If another program holds the file the driver
 * retries: SQLite's own busy timeout would block the thread and all its sockets. Transactions begin IMMEDIATE:
 * one that reads first and writes later would fail as soon as another process (a command beside the service)
 * wrote in between.
 */
export const sqliteDialect = (path: string, options: SqliteOptions = {}): Dialect => ({
  createAdapter: () => new TransactionalDdl(),
  createDriver: () => createDriver(path, options),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/**
 * Kysely runs SQLite migrations without a transaction, although SQLite can roll back changes of tables. A crash
 * would leave half a schema, and two processes that open an old store at once would both change it. In one
 * transaction the store gets all of it or nothing, and the second process waits.
 */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One connection to the file. */
interface Handle {
  readonly file: NodeSqlite;
  readonly connection: DatabaseConnection;
}

const openHandle = async (path: string, readOnly: boolean): Promise<Handle> => {
  const file = openNodeSqlite(path, readOnly);
  const driver = new SqliteDriver({ database: file });
  await driver.init();
  // Never released: this driver decides who may use it.
  return { file, connection: await driver.acquireConnection() };
};

const createDriver = (path: string, { patienceMs = PATIENCE_MS, onWait }: SqliteOptions): Driver => {
  const takeTurn = createTurns();
  const closing = new AbortController();
  /** Functions that release the writer, by connection. */
  const holding = new WeakMap<DatabaseConnection, () => void>();
  let writer: Handle | null = null;
  /** Null for a store in memory, which only its one connection can see. */
  let reader: Handle | null = null;

  /** Retries until no other program holds the file. */
  const patiently = async <T>(attempt: () => Promise<T>): Promise<T> => {
    let since: Date | null = null;
    try {
      while (true) {
        try {
          return await attempt();
        } catch (error) {
          if (!isBusy(error)) throw storeError(path, error);
          if (since === null) {
            since = new Date();
            onWait?.(since);
          }
          if (Date.now() - since.getTime() >= patienceMs) throw stuckError(path, error);
        }
        await sleep(RETRY_MS, undefined, { signal: closing.signal });
      }
    } finally {
      if (since !== null) onWait?.(null);
    }
  };

  const use = (handle: Handle | null): Handle => {
    if (handle === null) throw new Error(`the store ${path} is not open`);
    return handle;
  };

  /** A connection in Kysely's terms: a session that holds the writer only while needed. */
  const createSession = (): DatabaseConnection => {
    const session: DatabaseConnection = {
      executeQuery: async (query) => {
        if (holding.has(session)) return patiently(async () => use(writer).connection.executeQuery(query));
        if (reader !== null && isRead(query))
          return patiently(async () => use(reader).connection.executeQuery(query));
        const release = await takeTurn();
        try {
          return await patiently(async () => use(writer).connection.executeQuery(query));
        } finally {
          release();
        }
      },
      streamQuery: () => {
        throw new Error('rows are read in pages here, not as a stream');
      },
    };
    return session;
  };

  const giveBack = (session: DatabaseConnection): void => {
    holding.get(session)?.();
    holding.delete(session);
  };

  return {
    init: async () => {
      writer = await patiently(() => openHandle(path, false));
      if (path !== ':memory:') reader = await patiently(() => openHandle(path, true));
    },
    acquireConnection: async () => createSession(),
    beginTransaction: async (session) => {
      const release = await takeTurn();
      try {
        await patiently(async () => use(writer).file.exec('begin immediate'));
        holding.set(session, release);
      } catch (error) {
        release();
        throw error;
      }
    },
    commitTransaction: async (session) => {
      await patiently(async () => use(writer).file.exec('commit'));
      giveBack(session);
    },
    rollbackTransaction: async (session) => {
      const { file } = use(writer);
      // After a full disk or a damaged page SQLite rolls back by itself: report that error.
      if (file.isTransaction()) file.exec('rollback');
      giveBack(session);
    },
    releaseConnection: async (session) => giveBack(session),
    destroy: async () => {
      closing.abort(new Error(`the store ${path} was closed`));
      reader?.file.close();
      writer?.file.close();
      reader = null;
      writer = null;
    },
  };
};

/** Whether a query only reads; in doubt it counts as a write. */
export const isRead = ({ query, sql }: CompiledQuery): boolean =>
  query.kind === 'SelectQueryNode' || (query.kind === 'RawNode' && /^\s*select\b/i.test(sql));

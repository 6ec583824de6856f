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
  /** How long a write waits for another program that holds the file, ms; 30 s without it. */
  readonly patienceMs?: number;
  /** Called when the store begins to wait for another program, and with null when the wait ends. */
  readonly onWait?: (since: Date | null) => void;
}

const PATIENCE_MS = 30_000;
/** Pause between two tries, ms. */
const RETRY_MS = 15;

/**
 * Node's SQLite for Kysely, with two connections to one file. Writes and transactions take turns on the first;
 * reads outside of transactions use the second and never wait. When another program holds the file, the event
 * loop tries again: SQLite's own busy timeout would block the thread, and with it every socket.
 *
 * Transactions begin IMMEDIATE. One that reads first and writes later would fail, however long it waited, as soon
 * as another process (a command beside the service) wrote in between.
 */
export const sqliteDialect = (path: string, options: SqliteOptions = {}): Dialect => ({
  createAdapter: () => new TransactionalDdl(),
  createDriver: () => createDriver(path, options),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/**
 * Kysely runs migrations on SQLite outside of a transaction, though SQLite takes back tables with the rest. A
 * process killed in mid migration would leave half a schema, and two that open an old store at once would
 * both change it; within one transaction the store has all of it or nothing, and the second one waits.
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
  // Never given back: who may use it when is decided here.
  return { file, connection: await driver.acquireConnection() };
};

const createDriver = (path: string, { patienceMs = PATIENCE_MS, onWait }: SqliteOptions): Driver => {
  const takeTurn = createTurns();
  const closing = new AbortController();
  /** What gives the writer back, for the connections that have it. */
  const holding = new WeakMap<DatabaseConnection, () => void>();
  let writer: Handle | null = null;
  /** Null for a store in memory, which only its one connection can see. */
  let reader: Handle | null = null;

  /** Tries until no other program holds the file. */
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

  /** What Kysely calls a connection: a session that has the writer only while it needs it. */
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
      // A full disk or a damaged page makes SQLite roll back by itself: the error to hear of is that one.
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

import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded before a process of ours (`node --import`), it kills that process as a power cut would (SIGKILL) right
 * after chosen store writes, writes of stamps and outgoing calls. KILL_PLAN names a folder with `points.json`, a list of points.
 * A point is what happened and for which time in all the lives of the process, such as `commit answers+labels#3`
 * or `call POST /api/chat.postMessage#12`; what happens is appended to `events.log`.
 */

const folder = process.env.KILL_PLAN;

/** Digits and made-up names in an address tell nothing about the kind of call. */
const kindOfAddress = (address: string): string =>
  (address.split('?')[0] ?? '').replace(/(?<=\/)(?=[\w-]*\d)[\w-]{3,}/g, '*');

/** The table that a statement writes to; null for what only reads. */
const writtenTable = (sql: string): string | null =>
  /^\s*(?:insert(?: or \w+)? into|update(?: or \w+)?|delete from|replace into|create table(?: if not exists)?)\s+"?(\w+)/i.exec(
    sql,
  )?.[1] ?? null;

const watchStore = (happened: (event: string) => void): void => {
  const { exec, prepare } = DatabaseSync.prototype;
  const { all, run } = StatementSync.prototype;
  const written = new WeakMap<DatabaseSync, Set<string>>();
  const statements = new WeakMap<
    StatementSync,
    { readonly database: DatabaseSync; readonly table: string }
  >();

  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql, options) {
    const statement = options === undefined ? prepare.call(this, sql) : prepare.call(this, sql, options);
    const table = writtenTable(sql);
    if (table !== null) statements.set(statement, { database: this, table });
    return statement;
  };

  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql) {
    exec.call(this, sql);
    const tables = written.get(this);
    if (sql === 'rollback') written.delete(this);
    if (sql !== 'commit' || tables === undefined) return;
    written.delete(this);
    happened(`commit ${[...tables].sort().join('+')}`);
  };

  const wrote = (statement: StatementSync): void => {
    const known = statements.get(statement);
    if (known === undefined) return;
    const { database, table } = known;
    if (database.isTransaction) {
      const tables = written.get(database) ?? new Set();
      written.set(database, tables.add(table));
    } else happened(`commit ${table}`);
  };

  // Their declared overloads fit no one function.
  Object.assign(StatementSync.prototype, {
    run(this: StatementSync, ...values: SQLInputValue[]): unknown {
      const result = Reflect.apply(run, this, values);
      wrote(this);
      return result;
    },
    all(this: StatementSync, ...values: SQLInputValue[]): unknown {
      const result = Reflect.apply(all, this, values);
      wrote(this);
      return result;
    },
  });
};

/** Every write and every sync of the files of stamps, whoever opened them by `node:fs/promises`. */
const watchStamps = (happened: (event: string) => void): void => {
  const { open } = files;
  const after =
    <Args extends unknown[], T>(work: (...args: Args) => Promise<T>, event: string) =>
    async (...args: Args): Promise<T> => {
      const result = await work(...args);
      happened(event);
      return result;
    };
  const watched: typeof open = async (path, flags, mode) => {
    const handle: FileHandle = await open(path, flags, mode);
    if (flags !== 'wx' || !String(path).endsWith('.stamps')) return handle;
    handle.writev = after(handle.writev.bind(handle), 'stamps written');
    handle.datasync = after(handle.datasync.bind(handle), 'stamps synced');
    happened('stamps begun');
    return handle;
  };
  files.open = watched;
  // Those who import it by name have it, too.
  syncBuiltinESMExports();
};

type WriteGeneric = (writev: boolean, data: unknown, encoding: unknown, done: unknown) => void;

const firstText = (data: unknown): string => {
  if (typeof data === 'string') return data.slice(0, 300);
  if (data instanceof Uint8Array) return Buffer.from(data.subarray(0, 300)).toString('latin1');
  if (Array.isArray(data)) return firstText(data[0]?.chunk);
  return '';
};

/** The number of a Kafka request (8: offsets are committed), after its length of four bytes; null for others. */
const kafkaRequest = (data: unknown): number | null =>
  data instanceof Buffer && data.length > 8 && data.readUInt32BE(0) === data.length - 4
    ? data.readUInt16BE(4)
    : null;

/**
 * Every write to a connection that this process opened, once its bytes are with the system: whoever was called
 * has them, and the answer meets nobody. Sockets have no public place for this; what fetch, http, WebSockets
 * and kafkajs send all goes through `_writeGeneric`.
 */
const watchCalls = (happened: (event: string) => void): void => {
  const prototype: unknown = Socket.prototype;
  const { _writeGeneric: write } = prototype as { _writeGeneric: WriteGeneric };
  const last = new WeakMap<Socket, string>();
  const watched = function (this: Socket & { server?: unknown }, ...args: Parameters<WriteGeneric>): void {
    write.apply(this, args);
    // Not yet connected it comes here again; pipes to a parent have no remote end.
    if (this.connecting || this.remotePort === undefined || this.server) return;
    const request = /^([A-Z]+) (\S+) HTTP/.exec(firstText(args[1]));
    const kafka = kafkaRequest(args[1]);
    const http = request === null ? null : `${request[1]} ${kindOfAddress(request[2] ?? '')}`;
    const call = kafka === null ? http : `Kafka ${kafka}`;
    if (call !== null) last.set(this, call);
    happened(`call ${call ?? `${last.get(this) ?? 'binary'}, more`}`);
  };
  Object.assign(Socket.prototype, { _writeGeneric: watched });
};

const watch = (plan: string): void => {
  const log = join(plan, 'events.log');
  const counts = new Map<string, number>();
  const count = (event: string): number => {
    const n = (counts.get(event) ?? 0) + 1;
    counts.set(event, n);
    return n;
  };
  const before = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  for (const line of before) if (line !== '') count(line);
  const points = new Set<unknown>(JSON.parse(readFileSync(join(plan, 'points.json'), 'utf8')));
  const file = openSync(log, 'a');
  const happened = (event: string): void => {
    const point = `${event}#${count(event)}`;
    writeSync(file, `${event}\n`);
    if (points.has(point)) process.kill(process.pid, 'SIGKILL');
  };
  watchStore(happened);
  watchStamps(happened);
  watchCalls(happened);
};

if (isMainThread && folder !== undefined) watch(folder);

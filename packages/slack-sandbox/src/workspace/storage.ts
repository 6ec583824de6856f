import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { isObject, type JsonObject } from 'sandbox-kit/json';
import { z } from 'zod';
import { createFileStorage, type FileStorage } from './file-storage.ts';
import { ids } from './ids.ts';
import { type Channel, type StoredMessage, storedMessageSchema } from './types.ts';

/** The workspace's SQLite file: messages, files, Home tabs and tokens survive restarts. */
export interface Storage extends FileStorage {
  readonly setting: (key: string, initial: () => string) => string;
  readonly saveMessage: (message: StoredMessage) => void;
  readonly deleteMessage: (channel: string, ts: string) => void;
  readonly message: (channel: string, ts: string) => StoredMessage | undefined;
  readonly messages: (query: MessageQuery) => StoredMessage[];
  readonly lastTs: () => string | undefined;
  readonly saveHome: (user: string, view: JsonObject) => void;
  readonly home: (user: string) => JsonObject | undefined;
  /** False if the channel existed already; it stays unchanged. */
  readonly addChannel: (channel: Channel) => boolean;
  readonly archive: (channel: string, archived: boolean) => void;
  readonly channels: () => Channel[];
  readonly setMember: (channel: string, user: string) => void;
  readonly removeMember: (channel: string, user: string) => void;
  readonly members: (channel: string) => string[];
  readonly close: () => void;
}

/** A query for messages: newest first, or oldest first with `ascending`. Time limits are exclusive. */
export interface MessageQuery {
  readonly channel?: string | undefined;
  /** `main`: the channel's own messages and broadcast replies; `all`: with replies; else one thread's. */
  readonly thread: 'main' | 'all' | { readonly root: string };
  /** Public messages, or those that only this person (`*`: any person) sees. */
  readonly onlyTo?: string | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
  readonly ascending?: boolean;
}

export const openStorage = (path: string): Storage => {
  const db = new DatabaseSync(path);
  const has = (table: string): boolean =>
    db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table) !== undefined;
  // Old workspaces did not track sharing: everyone sees their files.
  const allShared = has('files') && !has('file_shares');
  db.exec(schema);
  if (allShared)
    db.exec(`INSERT INTO file_shares (id, channel, ts) SELECT id, '${ids.channel}', '0' FROM files`);
  const run = (sql: string, ...values: SQLInputValue[]): void => {
    db.prepare(sql).run(...values);
  };
  const get = (sql: string, ...values: SQLInputValue[]) => db.prepare(sql).get(...values);

  return {
    setting: (key, initial) => {
      const row = get('SELECT value FROM settings WHERE key = ?', key);
      if (row !== undefined) return z.string().parse(row.value);
      const value = initial();
      run('INSERT INTO settings (key, value) VALUES (?, ?)', key, value);
      return value;
    },
    saveMessage: (m) =>
      run(
        `INSERT INTO messages (channel, ts, thread_ts, broadcast, ephemeral_to, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (channel, ts) DO UPDATE SET body = excluded.body, broadcast = excluded.broadcast`,
        m.channel,
        m.ts,
        m.thread_ts ?? null,
        m.reply_broadcast === true ? 1 : 0,
        m.ephemeral_to ?? null,
        JSON.stringify(m),
      ),
    deleteMessage: (channel, ts) => run('DELETE FROM messages WHERE channel = ? AND ts = ?', channel, ts),
    message: (channel, ts) => {
      const row = get('SELECT body FROM messages WHERE channel = ? AND ts = ?', channel, ts);
      return row === undefined ? undefined : readMessage(row);
    },
    messages: (query) => {
      const { sql, values } = messageSql(query);
      return db
        .prepare(sql)
        .all(...values)
        .map(readMessage);
    },
    lastTs: () => {
      const row = get('SELECT max(ts) AS ts FROM messages');
      return z.string().nullish().parse(row?.ts) ?? undefined;
    },
    ...createFileStorage(db),
    saveHome: (user, view) =>
      run(
        'INSERT INTO homes (user, view) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET view = excluded.view',
        user,
        JSON.stringify(view),
      ),
    home: (user) => {
      const row = get('SELECT view FROM homes WHERE user = ?', user);
      const view: unknown = row === undefined ? undefined : JSON.parse(z.string().parse(row.view));
      return isObject(view) ? view : undefined;
    },
    addChannel: ({ id, name, isPrivate, isArchived }) =>
      db
        .prepare('INSERT OR IGNORE INTO channels (id, name, is_private, is_archived) VALUES (?, ?, ?, ?)')
        .run(id, name, isPrivate ? 1 : 0, isArchived ? 1 : 0).changes > 0,
    archive: (channel, archived) =>
      run('UPDATE channels SET is_archived = ? WHERE id = ?', archived ? 1 : 0, channel),
    channels: () =>
      db
        .prepare('SELECT id, name, is_private, is_archived FROM channels ORDER BY rowid')
        .all()
        .map((row) => channelRow.parse(row)),
    removeMember: (channel, user) => run('DELETE FROM members WHERE channel = ? AND user = ?', channel, user),
    setMember: (channel, user) =>
      run('INSERT OR IGNORE INTO members (channel, user) VALUES (?, ?)', channel, user),
    members: (channel) =>
      db
        .prepare('SELECT user FROM members WHERE channel = ? ORDER BY rowid')
        .all(channel)
        .map((row) => z.string().parse(row.user)),
    close: () => db.close(),
  };
};

const schema = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS messages (
  channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT, broadcast INTEGER NOT NULL, ephemeral_to TEXT,
  body TEXT NOT NULL, PRIMARY KEY (channel, ts)
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_thread ON messages (thread_ts, ts);
CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL, mimetype TEXT NOT NULL,
  size INTEGER NOT NULL, created INTEGER NOT NULL, completed INTEGER NOT NULL, bytes BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS ready_files (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS deleted_files (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS file_shares (id TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS shares_of_file ON file_shares (id);
CREATE TABLE IF NOT EXISTS homes (user TEXT PRIMARY KEY, view TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS channels (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, is_private INTEGER NOT NULL, is_archived INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS members (channel TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (channel, user)) STRICT;
`;

const channelRow = z
  .object({ id: z.string(), name: z.string(), is_private: z.number(), is_archived: z.number() })
  .transform(
    (row): Channel => ({
      id: row.id,
      name: row.name,
      isPrivate: row.is_private === 1,
      isArchived: row.is_archived === 1,
    }),
  );

const readMessage = (row: Record<string, unknown>): StoredMessage =>
  storedMessageSchema.parse(JSON.parse(z.string().parse(row.body)));

const messageSql = (query: MessageQuery): { sql: string; values: SQLInputValue[] } => {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const where = (condition: string, ...more: SQLInputValue[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (query.channel !== undefined) where('channel = ?', query.channel);
  if (query.thread === 'main') where('(thread_ts IS NULL OR broadcast = 1)');
  else if (query.thread !== 'all') where('(thread_ts = ? OR ts = ?)', query.thread.root, query.thread.root);
  if (query.onlyTo === undefined) where('ephemeral_to IS NULL');
  else if (query.onlyTo === '*') where('ephemeral_to IS NOT NULL');
  else where('ephemeral_to = ?', query.onlyTo);
  if (query.after !== undefined) where('ts > ?', query.after);
  if (query.before !== undefined) where('ts < ?', query.before);
  const order = query.ascending === true ? 'ASC' : 'DESC';
  values.push(query.limit ?? -1);
  return {
    sql: `SELECT body FROM messages WHERE ${conditions.join(' AND ')} ORDER BY ts ${order} LIMIT ?`,
    values,
  };
};

import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { isObject, type JsonObject } from 'sandbox-kit/json';
import { z } from 'zod';
import {
  type Channel,
  channelSchema,
  type Member,
  memberSchema,
  type StoredMessage,
  storedMessageSchema,
} from './types.ts';

export interface MessageQuery {
  readonly channel?: string;
  /** Private answers of one person or of all (`*`); without it public messages. */
  readonly onlyTo?: string;
  readonly after?: string;
  readonly before?: string;
  readonly limit?: number;
  readonly ascending?: boolean;
}

export interface StoredBytes {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The sandbox's SQLite file. Ids are stored as 64-bit numbers, so that they sort by time. */
export interface Storage {
  /** A persistent value, created at the first start. */
  readonly setting: (key: string, make: () => string) => string;
  readonly setSetting: (key: string, value: string) => void;
  readonly saveMessage: (message: StoredMessage) => void;
  readonly deleteMessage: (id: string) => void;
  readonly message: (id: string) => StoredMessage | undefined;
  /** The newest first, unless `ascending`. */
  readonly messages: (query: MessageQuery) => StoredMessage[];
  readonly newestId: () => string | undefined;
  readonly saveChannel: (channel: Channel) => void;
  readonly deleteChannel: (id: string) => void;
  readonly channels: () => Channel[];
  readonly saveMember: (member: Member) => void;
  readonly members: () => Member[];
  readonly saveAttachment: (id: string, message: string, file: StoredBytes) => void;
  readonly attachment: (id: string) => StoredBytes | undefined;
  /** Commands of the app, for a server or (null) everywhere. */
  readonly saveCommands: (guild: string | null, commands: readonly JsonObject[]) => void;
  readonly commands: (guild: string | null) => JsonObject[];
  readonly close: () => void;
}

const schema = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY, channel TEXT NOT NULL, ephemeral_to TEXT, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_of_channel ON messages (channel, id);
CREATE TABLE IF NOT EXISTS channels (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS members (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS attachments (
  id INTEGER PRIMARY KEY, message INTEGER NOT NULL, filename TEXT NOT NULL, content_type TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS commands (guild TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
`;

/** @throws where the file is no database or belongs to something else */
export const openStorage = (path: string): Storage => {
  const db = new DatabaseSync(path);
  db.exec(schema);
  const run = (sql: string, ...values: SQLInputValue[]): void => {
    db.prepare(sql).run(...values);
  };
  const rows = (sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] =>
    db.prepare(sql).all(...values);
  const bodies = <T>(type: z.ZodType<T>, found: readonly Record<string, unknown>[]): T[] =>
    found.map(({ body }) => type.parse(JSON.parse(z.string().parse(body))));
  const keep = (table: 'channels' | 'members', id: string, body: object): void =>
    run(
      `INSERT INTO ${table} (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      BigInt(id),
      JSON.stringify(body),
    );
  const setSetting = (key: string, value: string): void =>
    run(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  return {
    setting: (key, make) => {
      const [found] = rows('SELECT value FROM settings WHERE key = ?', key);
      if (found !== undefined) return z.string().parse(found.value);
      const value = make();
      setSetting(key, value);
      return value;
    },
    setSetting,
    saveMessage: (m) =>
      run(
        `INSERT INTO messages (id, channel, ephemeral_to, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
        BigInt(m.id),
        m.channel_id,
        m.ephemeral_to ?? null,
        JSON.stringify(m),
      ),
    deleteMessage: (id) => {
      run('DELETE FROM messages WHERE id = ?', BigInt(id));
      run('DELETE FROM attachments WHERE message = ?', BigInt(id));
    },
    message: (id) =>
      bodies(storedMessageSchema, rows('SELECT body FROM messages WHERE id = ?', BigInt(id)))[0],
    messages: (query) => {
      const { sql, values } = messageSql(query);
      return bodies(storedMessageSchema, rows(sql, ...values));
    },
    newestId: () => {
      const [row] = rows('SELECT CAST(max(id) AS TEXT) AS id FROM messages');
      return z.string().nullish().parse(row?.id) ?? undefined;
    },
    saveChannel: (channel) => keep('channels', channel.id, channel),
    deleteChannel: (id) => run('DELETE FROM channels WHERE id = ?', BigInt(id)),
    channels: () => bodies(channelSchema, rows('SELECT body FROM channels ORDER BY id')),
    saveMember: (member) => keep('members', member.id, member),
    members: () => bodies(memberSchema, rows('SELECT body FROM members ORDER BY id')),
    saveAttachment: (id, message, { filename, contentType, bytes }) =>
      run(
        'INSERT INTO attachments (id, message, filename, content_type, bytes) VALUES (?, ?, ?, ?, ?)',
        BigInt(id),
        BigInt(message),
        filename,
        contentType,
        bytes,
      ),
    attachment: (id) => {
      const [row] = rows('SELECT filename, content_type, bytes FROM attachments WHERE id = ?', BigInt(id));
      return row === undefined ? undefined : bytesRow.parse(row);
    },
    saveCommands: (guild, commands) =>
      run(
        'INSERT INTO commands (guild, body) VALUES (?, ?) ON CONFLICT (guild) DO UPDATE SET body = excluded.body',
        guild ?? 'everywhere',
        JSON.stringify(commands),
      ),
    commands: (guild) =>
      bodies(z.array(z.unknown()), rows('SELECT body FROM commands WHERE guild = ?', guild ?? 'everywhere'))
        .flat()
        .filter(isObject),
    close: () => db.close(),
  };
};

const bytesRow = z
  .object({ filename: z.string(), content_type: z.string(), bytes: z.instanceof(Uint8Array) })
  .transform(
    (row): StoredBytes => ({ filename: row.filename, contentType: row.content_type, bytes: row.bytes }),
  );

const messageSql = (query: MessageQuery): { sql: string; values: SQLInputValue[] } => {
  const conditions: string[] = ['1 = 1'];
  const values: SQLInputValue[] = [];
  const where = (condition: string, ...more: SQLInputValue[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (query.channel !== undefined) where('channel = ?', query.channel);
  if (query.onlyTo === undefined) where('ephemeral_to IS NULL');
  else if (query.onlyTo === '*') where('ephemeral_to IS NOT NULL');
  else where('ephemeral_to = ?', query.onlyTo);
  if (query.after !== undefined) where('id > ?', BigInt(query.after));
  if (query.before !== undefined) where('id < ?', BigInt(query.before));
  const order = query.ascending === true ? 'ASC' : 'DESC';
  values.push(query.limit ?? -1);
  return {
    sql: `SELECT body FROM messages WHERE ${conditions.join(' AND ')} ORDER BY id ${order} LIMIT ?`,
    values,
  };
};

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { StoredFile } from './types.ts';

/** Uploaded files: metadata, bytes, and who may see them. */
export interface FileStorage {
  readonly saveFile: (file: StoredFile) => void;
  readonly saveBytes: (id: string, bytes: Uint8Array) => void;
  readonly file: (id: string) => StoredFile | undefined;
  /** Completely uploaded files that blocks may not name yet. */
  readonly unreadyFiles: () => StoredFile[];
  readonly bytes: (id: string) => Uint8Array | undefined;
  /** From now on blocks may name the file. */
  readonly setReady: (id: string) => void;
  /** A posted message has shared the file: from now on everyone may see it. */
  readonly share: (id: string, channel: string, ts: string) => void;
  readonly isShared: (id: string) => boolean;
  /** Takes the file away; its id stays known as a deleted one's. */
  readonly deleteFile: (id: string) => void;
  readonly isDeleted: (id: string) => boolean;
  /** The messages that shared it. */
  readonly sharesOf: (id: string) => { readonly channel: string; readonly ts: string }[];
}

export const createFileStorage = (db: DatabaseSync): FileStorage => {
  const run = (sql: string, ...values: SQLInputValue[]): void => {
    db.prepare(sql).run(...values);
  };
  const get = (sql: string, ...values: SQLInputValue[]) => db.prepare(sql).get(...values);
  return {
    saveFile: (f) =>
      run(
        `INSERT INTO files (id, name, title, mimetype, size, created, completed) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, mimetype = excluded.mimetype,
           size = excluded.size, completed = excluded.completed`,
        f.id,
        f.name,
        f.title,
        f.mimetype,
        f.size,
        f.created,
        f.completed ? 1 : 0,
      ),
    saveBytes: (id, bytes) => run('UPDATE files SET bytes = ? WHERE id = ?', bytes, id),
    file: (id) => {
      const row = get(`${selectFile} WHERE id = ?`, id);
      return row === undefined ? undefined : fileRow.parse(row);
    },
    unreadyFiles: () =>
      db
        .prepare(`${selectFile} WHERE completed = 1 AND ready = 0`)
        .all()
        .map((row) => fileRow.parse(row)),
    bytes: (id) =>
      z.instanceof(Uint8Array).nullish().parse(get('SELECT bytes FROM files WHERE id = ?', id)?.bytes) ??
      undefined,
    setReady: (id) => run('INSERT OR IGNORE INTO ready_files (id) VALUES (?)', id),
    share: (id, channel, ts) =>
      run('INSERT INTO file_shares (id, channel, ts) VALUES (?, ?, ?)', id, channel, ts),
    isShared: (id) => get('SELECT 1 FROM file_shares WHERE id = ?', id) !== undefined,
    deleteFile: (id) => {
      for (const table of ['files', 'ready_files', 'file_shares'])
        run(`DELETE FROM ${table} WHERE id = ?`, id);
      run('INSERT INTO deleted_files (id) VALUES (?)', id);
    },
    isDeleted: (id) => get('SELECT 1 FROM deleted_files WHERE id = ?', id) !== undefined,
    sharesOf: (id) =>
      db
        .prepare('SELECT channel, ts FROM file_shares WHERE id = ?')
        .all(id)
        .map((row) => fileShare.parse(row)),
  };
};

const selectFile = `
SELECT id, name, title, mimetype, size, created, completed,
  EXISTS (SELECT 1 FROM ready_files r WHERE r.id = files.id) AS ready
FROM files`;

const fileShare = z.object({ channel: z.string(), ts: z.string() });

const fileRow = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  mimetype: z.string(),
  size: z.number(),
  created: z.number(),
  completed: z.number().transform((flag) => flag === 1),
  ready: z.number().transform((flag) => flag === 1),
});

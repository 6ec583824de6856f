import type { Db } from '../open-store.ts';

/** The chat's id of the file for this key; null if it has none. */
export const fileIdOf = async (db: Db, key: string): Promise<string | null> => {
  const row = await db.selectFrom('uploads').select('file_id').where('key', '=', key).executeTakeFirst();
  return row?.file_id ?? null;
};

/** Uploads tried since the last success, including it. */
export const uploadAttempts = async (db: Db, key: string): Promise<number> => {
  const row = await db.selectFrom('uploads').select('attempts').where('key', '=', key).executeTakeFirst();
  return row?.attempts ?? 0;
};

/** Stores the result of an upload: the file's id, or why there is none. */
export const keepUpload = async (
  db: Db,
  upload: {
    readonly key: string;
    readonly fileId: string | null;
    readonly error: string | null;
    readonly at: string;
  },
): Promise<void> => {
  const { key, fileId, error, at } = upload;
  await db
    .insertInto('uploads')
    .values({ key, file_id: fileId, attempts: 1, error, at })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        file_id: fileId,
        attempts: fileId === null ? eb('uploads.attempts', '+', 1) : eb.lit(1),
        error,
        at,
      })),
    )
    .execute();
};

import type { Kysely } from 'kysely';

/** The thread that a message was sent to: the head of its round may have been deleted and posted again since. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable('messages').addColumn('sent_thread', 'text').execute();
};

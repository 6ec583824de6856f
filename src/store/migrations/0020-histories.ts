import type { Kysely } from 'kysely';

/**
 * Light curves of whole objects, fetched for candidates only: points are gzip of JSON, null while they are not
 * here. And forced photometry, which packets carry from ZTF's schema 4.02 on (JSON, null where there is none).
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('histories')
    .addColumn('object_id', 'text', (column) => column.primaryKey())
    .addColumn('points', 'blob')
    .addColumn('saved_at', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('reason', 'text')
    .addColumn('retry_at', 'text')
    .execute();
  await db.schema.alterTable('alerts').addColumn('forced', 'text').execute();
};

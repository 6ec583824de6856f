import type { Kysely } from 'kysely';

/**
 * The processes that take alerts in beside the service, each with its row while it lives: what it is at, how its
 * last pull ended, and its answer to the last request to pull.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('ingest_processes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'text', (column) => column.notNull())
    .addColumn('doing', 'text', (column) => column.notNull())
    .addColumn('pulled_at', 'text')
    .addColumn('error', 'text')
    .addColumn('answered', 'integer', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .execute();
};

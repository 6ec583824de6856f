import type { Kysely } from 'kysely';

/**
 * Stamps are in files beside the store: in which one, where in it, and how many bytes. No file: they were
 * deleted when their nights were over. `night` is the MJD until which their age counts from.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('stamp_places')
    .addColumn('candid', 'text', (c) =>
      c.primaryKey().notNull().references('alerts.candid').onDelete('cascade'),
    )
    .addColumn('segment', 'text')
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('length', 'integer', (c) => c.notNull())
    .addColumn('night', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('stamp_places_by_segment').on('stamp_places').column('segment').execute();
};

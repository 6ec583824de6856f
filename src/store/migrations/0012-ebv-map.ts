import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * Which dust maps an alert's E(B-V) is from: the full ones of SFD 1998 (`sfd`) or a coarse one (`coarse`). So
 * far all values of a store were from one kind, which a fact named.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.alterTable('features').addColumn('ebv_map', 'text').execute();
  // A store on a server is new when it comes here: it has no rows to change.
  const value = sql.raw(db.getExecutor().adapter instanceof PostgresAdapter ? 'value' : "value ->> '$'");
  await sql`update features
    set ebv_map = coalesce((select ${value} from facts where name = 'ebv-source'), 'sfd')
    where ebv is not null`.execute(db);
  await sql`delete from facts where name = 'ebv-source'`.execute(db);
  // Filling in looks for these at every pull: without an index it would read all alerts each time.
  await sql`create index features_without_ebv on features (candid) where ebv is null`.execute(db);
  await sql`create index features_coarse_ebv on features (candid) where ebv_map = 'coarse'`.execute(db);
};

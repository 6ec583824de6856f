import { type Kysely, sql } from 'kysely';

/**
 * What fails for one reason again and again is kept once, with how many failed alike: a topic of foreign packets
 * would fill the disk otherwise.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table quarantine add column alike integer not null default 0`.execute(db);
  // The reason without the numbers in it, which differ from packet to packet.
  await sql`alter table quarantine add column reason_kind text`.execute(db);
  await sql`create index quarantine_by_reason on quarantine (pull_id, source, reason_kind)`.execute(db);
};

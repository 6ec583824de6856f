import { type Kysely, sql } from 'kysely';

/**
 * How many objects wait to be looked up, and how many have been found of each class: counting them took a second
 * in a store of a million alerts. And indexes for what else was read of every object that waits, or every packet.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`insert into counts (name, n) values
    ('lookups waiting', (select count(*) from sherlock where result is null))`.execute(db);
  await sql`insert into counts (name, n)
    select case excluded when 1 then 'excluded ' else 'found ' end || coalesce(class, ''), count(*)
    from sherlock where result is not null group by 1`.execute(db);
  await sql`drop index sherlock_by_class`.execute(db);
  await sql`create index sherlock_waiting_by_object on sherlock (object_id) where result is null`.execute(db);
  await sql`create index sherlock_failing on sherlock (reason) where result is null and reason is not null`.execute(
    db,
  );
  await sql`create index quarantine_by_time on quarantine (at, reason) where resolved_at is null`.execute(db);
};

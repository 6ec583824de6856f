import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Candid } from '../../pipeline/alert.ts';
import { type Db, inIntake } from '../open-store.ts';
import { entriesIn, listSegments, type Place, readStampsAt } from './segments.ts';
import { nightOf, stampFolderOf } from './stamps.ts';

/** Missing files that the store refers to. Uses one index lookup per file, however many alerts there are. */
export const missingSegments = async (db: Db): Promise<string[]> => {
  const folder = await stampFolderOf(db);
  if (folder === null) return [];
  const { rows } = await sql<{ segment: string }>`
    with recursive named(segment) as (
      select min(segment) from stamp_places
      union all
      select (select min(segment) from stamp_places where segment > named.segment) from named
      where named.segment is not null)
    select segment from named where segment is not null`.execute(db);
  return rows.flatMap(({ segment }) => (existsSync(join(folder, segment)) ? [] : [segment]));
};

/** Alerts looked up together. */
const AT_A_TIME = 200;

/** The entries whose alert is stored and has no readable stamps. */
const wantedOf = async (
  db: Db,
  folder: string,
  entries: readonly (Place & { readonly candid: Candid })[],
): Promise<(Place & { readonly candid: Candid })[]> => {
  const rows = await db
    .selectFrom('alerts as a')
    .leftJoin('stamp_places as p', 'p.candid', 'a.candid')
    .leftJoin('stamps as s', 's.candid', 'a.candid')
    .where(
      'a.candid',
      'in',
      entries.map(({ candid }) => candid),
    )
    .select(['a.candid', 'p.candid as placed', 'p.segment', 's.candid as inTable'])
    .execute();
  const lacking = new Set(
    rows.flatMap(({ candid, placed, segment, inTable }) =>
      // Those deleted for their age stay deleted.
      inTable === null && (placed === null || (segment !== null && !existsSync(join(folder, segment))))
        ? [candid]
        : [],
    ),
  );
  return entries.filter(({ candid }) => lacking.delete(candid));
};

const isWhole = async (folder: string, entry: Place & { readonly candid: Candid }): Promise<boolean> => {
  try {
    await readStampsAt(folder, entry, entry.candid);
    return true;
  } catch {
    return false; // as if it were missing; the card says so
  }
};

/**
 * Searches all files beside a restored store for stamps: after its backup was made, entries may have moved to
 * other files.
 * @returns how many alerts got their stamps back
 */
export const findStamps = async (db: Db): Promise<number> => {
  const folder = await stampFolderOf(db);
  if (folder === null) return 0;
  let found = 0;
  const take = async (entries: readonly (Place & { readonly candid: Candid })[]): Promise<void> => {
    const whole: (Place & { readonly candid: Candid })[] = [];
    for (const entry of await wantedOf(db, folder, entries))
      if (await isWhole(folder, entry)) whole.push(entry);
    await inIntake(db, async (trx) => {
      for (const row of whole) {
        await trx
          .insertInto('stamp_places')
          .values({ ...row, night: nightOf(new Date()) })
          .onConflict((conflict) =>
            conflict.column('candid').doUpdateSet({
              segment: row.segment,
              position: row.position,
              length: row.length,
            }),
          )
          .execute();
      }
    });
    found += whole.length;
  };
  for (const { name } of listSegments(folder)) {
    let page: (Place & { readonly candid: Candid })[] = [];
    for await (const entry of entriesIn(folder, name)) {
      page.push(entry);
      if (page.length < AT_A_TIME) continue;
      await take(page);
      page = [];
    }
    if (page.length > 0) await take(page);
  }
  return found;
};

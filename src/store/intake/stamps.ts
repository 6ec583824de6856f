import type { Alert, Candid, Stamps } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { StampTable } from '../schema.ts';

const NONE: Stamps = { science: null, template: null, difference: null };

export const hasStamps = ({ stamps }: Alert): boolean =>
  stamps.science !== null || stamps.template !== null || stamps.difference !== null;

/** What keeps an alert's stamps, if its packet had any; the alert is in the store already. */
export const stampInsert = (db: Db): ((alert: Alert) => Promise<void>) => {
  const insert = repeatedInsert(db, (row: StampTable) => db.insertInto('stamps').values(row));
  return async (alert) => {
    if (hasStamps(alert)) await insert({ candid: alert.candid, ...alert.stamps });
  };
};

/** The gzipped FITS stamps of an alert as they came; all null where the packet had none. */
export const stampsOf = async (db: Db, candid: Candid): Promise<Stamps> => {
  const row = await db
    .selectFrom('stamps')
    .select(['science', 'template', 'difference'])
    .where('candid', '=', candid)
    .executeTakeFirst();
  return row ?? NONE;
};

/** Which of these alerts have no stamps in the store. */
export const withoutStamps = async (db: Db, candids: readonly Candid[]): Promise<Set<Candid>> => {
  if (candids.length === 0) return new Set();
  const rows = await db.selectFrom('stamps').select('candid').where('candid', 'in', candids).execute();
  const have = new Set(rows.map(({ candid }) => candid));
  return new Set(candids.filter((candid) => !have.has(candid)));
};

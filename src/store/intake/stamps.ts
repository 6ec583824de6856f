import type { Candid, Stamps } from '../../pipeline/alert.ts';
import type { Db } from '../open-store.ts';

const NONE: Stamps = { science: null, template: null, difference: null };

/** The gzipped FITS stamps of an alert as they came; all null where the packet had none. */
export const stampsOf = async (db: Db, candid: Candid): Promise<Stamps> => {
  const row = await db
    .selectFrom('stamps')
    .select(['science', 'template', 'difference'])
    .where('candid', '=', candid)
    .executeTakeFirst();
  return row ?? NONE;
};

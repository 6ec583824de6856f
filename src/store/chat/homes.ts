import { keepFact } from '../facts.ts';
import type { Db } from '../open-store.ts';

const PREFIX = 'home-opened:';

/** Somebody has looked at their Home tab: it is kept up to date for them from now on. */
export const keepHomeOpened = (db: Db, userId: string, at: string): Promise<void> =>
  keepFact(db, `${PREFIX}${userId}`, JSON.stringify(at));

/** Who has opened their Home tab after `since` (ISO 8601), the last one first. */
export const homesOpenedSince = async (db: Db, since: string): Promise<string[]> => {
  const rows = await db
    .selectFrom('facts')
    .select('name')
    .where('name', 'like', `${PREFIX}%`)
    .where('value', '>', JSON.stringify(since))
    .orderBy('value', 'desc')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name.slice(PREFIX.length));
};

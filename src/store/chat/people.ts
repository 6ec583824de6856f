import { keepValue, readValue } from '../key-value.ts';
import type { Db } from '../open-store.ts';

/** Stores a person's display name. */
export const keepPerson = async (db: Db, userId: string, name: string): Promise<void> => {
  await db
    .insertInto('people')
    .values({ user_id: userId, name })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ name }))
    .execute();
};

export const personName = async (db: Db, userId: string): Promise<string | null> => {
  const row = await db.selectFrom('people').select('name').where('user_id', '=', userId).executeTakeFirst();
  return row?.name ?? null;
};

const HOME_PREFIX = 'home-opened:';

/** A person opened their Home tab: it is kept up to date from now on. */
export const keepHomeOpened = (db: Db, userId: string, at: string): Promise<void> =>
  keepValue(db, `${HOME_PREFIX}${userId}`, JSON.stringify(at));

/** People who opened their Home tab after `since` (ISO 8601), latest first. */
export const homesOpenedSince = async (db: Db, since: string): Promise<string[]> => {
  const rows = await db
    .selectFrom('facts')
    .select('name')
    .where('name', 'like', `${HOME_PREFIX}%`)
    .where('value', '>', JSON.stringify(since))
    .orderBy('value', 'desc')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name.slice(HOME_PREFIX.length));
};

const membersFact = (group: string): string => `members:${group}`;

/** Members of a user group or the channel when the chat last answered; null if it never did. */
export const readMembers = async (db: Db, group: string): Promise<readonly string[] | null> => {
  const kept = await readValue(db, membersFact(group));
  if (kept === null) return null;
  const ids: unknown = JSON.parse(kept);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : null;
};

export const keepMembers = (db: Db, group: string, ids: readonly string[]): Promise<void> =>
  keepValue(db, membersFact(group), JSON.stringify(ids));

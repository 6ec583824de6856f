import { keepValue } from '../key-value.ts';
import type { Db } from '../open-store.ts';

/** Why a channel takes no messages. */
export interface Trouble {
  readonly channel: string;
  /** What it refuses. */
  readonly what: 'posts' | 'updates';
  /** The fault and its remedy, in words. */
  readonly advice: string;
  /** ISO 8601. */
  readonly since: string;
}

const PREFIX = 'channel-trouble:';

export const keepTrouble = (db: Db, trouble: Trouble): Promise<void> =>
  keepValue(db, `${PREFIX}${trouble.what}:${trouble.channel}`, JSON.stringify(trouble));

/** All present troubles, oldest first. */
export const readTrouble = async (db: Db): Promise<Trouble[]> => {
  const rows = await db
    .selectFrom('facts')
    .select('value')
    .where('name', 'like', `${PREFIX}%`)
    .orderBy('name')
    .execute();
  return rows.map(({ value }): Trouble => JSON.parse(value)).sort((a, b) => a.since.localeCompare(b.since));
};

/** Clears a trouble. @returns whether there was one */
export const forgetTrouble = async (
  db: Db,
  { what, channel }: Pick<Trouble, 'what' | 'channel'>,
): Promise<boolean> => {
  const result = await db
    .deleteFrom('facts')
    .where('name', '=', `${PREFIX}${what}:${channel}`)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
};

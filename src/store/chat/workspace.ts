import { z } from 'zod';
import { keepValue, readValue } from '../key-value.ts';
import { type Db, inTransaction } from '../open-store.ts';

const workspaceSchema = z.object({ team: z.string(), channel: z.string() });

/** The chat's ids of the team and the channel of a store. */
export type Workspace = z.infer<typeof workspaceSchema>;

const FACT = 'workspace';

/** The team and channel that the last service used; null before the first one. */
const readWorkspace = async (db: Db): Promise<Workspace | null> => {
  const text = await readValue(db, FACT);
  return text === null ? null : workspaceSchema.parse(JSON.parse(text));
};

/**
 * Stores the team that the store works for. Forgets uploads of another team, since those pictures cannot be seen
 * here.
 * @returns whether the store worked for another team before
 */
export const rememberWorkspace = (db: Db, now: Workspace): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    const before = await readWorkspace(trx);
    const moved = before !== null && before.team !== now.team;
    if (moved) await trx.deleteFrom('uploads').execute();
    if (moved || before?.channel !== now.channel) await keepValue(trx, FACT, JSON.stringify(now));
    return moved;
  });

import { z } from 'zod';
import { keepValue, readValue } from '../store/key-value.ts';
import { type Db, inTransaction } from '../store/open-store.ts';

/** What the service has to do at its times, and how it stands with each. */
export type DutyName = 'pull' | 'round' | 'digest' | 'reminder' | 'prune';

const stateSchema = z.object({
  /** When the last run that finished began (ISO 8601); null: none has. */
  done: z.string().nullable(),
  /** Failures since. */
  failures: z.number(),
  /** Why the last one failed; null where none did. */
  error: z.string().nullable(),
  /** Not before this time (ISO 8601). */
  retryAt: z.string().nullable(),
});

export type DutyState = z.infer<typeof stateSchema>;

export const FRESH_DUTY: DutyState = { done: null, failures: 0, error: null, retryAt: null };

const factOf = (name: DutyName): string => `duty:${name}`;

/** Null if the store has no record of the duty. */
export const readDutyState = async (db: Db, name: DutyName): Promise<DutyState | null> => {
  const text = await readValue(db, factOf(name));
  return text === null ? null : stateSchema.parse(JSON.parse(text));
};

export const keepDutyState = (db: Db, name: DutyName, state: DutyState): Promise<void> =>
  keepValue(db, factOf(name), JSON.stringify(state));

/** Notes the duty as done by a run that began at `began`, scheduled or not. */
export const dutyDone = (db: Db, name: DutyName, began: Date): Promise<void> =>
  keepDutyState(db, name, { ...FRESH_DUTY, done: began.toISOString() });

const madeUpSchema = z.array(
  z.object({
    /** What people call it: `the pull`. */
    what: z.string(),
    /** When it was due, and when it was done (ISO 8601). */
    due: z.string(),
    at: z.string(),
  }),
);

/** Something that was done late. */
export type MadeUp = z.infer<typeof madeUpSchema>[number];

const MADE_UP_FACT = 'made-up';
const KEPT_MS = 9 * 86_400_000;

/** What was made up for in the last days, oldest first. */
export const readMadeUp = async (db: Db): Promise<MadeUp[]> => {
  const text = await readValue(db, MADE_UP_FACT);
  return text === null ? [] : madeUpSchema.parse(JSON.parse(text));
};

export const keepMadeUp = (db: Db, one: MadeUp): Promise<void> =>
  inTransaction(db, async (trx) => {
    const oldest = new Date(Date.parse(one.at) - KEPT_MS).toISOString();
    const kept = (await readMadeUp(trx)).filter(({ at }) => at > oldest);
    await keepValue(trx, MADE_UP_FACT, JSON.stringify([...kept, one]));
  });

import { z } from 'zod';
import { messageOf } from '../../lib/errors.ts';
import { lastImportedRound } from '../../store/intake/imports.ts';
import { keepValue, readValue } from '../../store/key-value.ts';
import type { Db } from '../../store/open-store.ts';
import { hasRounds } from '../../store/rounds/rounds.ts';
import type { LoopContext } from '../context.ts';

const numberingSchema = z.object({
  /** The store's own rounds are counted on from this one; 0: they began at 1. */
  after: z.number(),
  /** What told it: a finished run in MLflow, or training ids that were imported before the first round. */
  source: z.enum(['mlflow', 'imported', 'none']),
  /** Name of the run, if it was one. */
  run: z.string().nullable(),
  /** The MLflow experiment that was asked; null without a server. */
  experiment: z.string().nullable(),
  /** Why MLflow did not tell; null when it did, or was not to be asked. */
  unanswered: z.string().nullable(),
});

/** How a store's rounds came to their numbers; settled for good when its first round is opened. */
export type Numbering = z.infer<typeof numberingSchema>;

const FACT = 'numbering';

/** A first round that waits longer than this for MLflow would be held up by it. */
const PATIENCE_MS = 5_000;

/**
 * The round number from which a store without rounds counts on: that of the experiment's last finished run (as
 * in the reference, so that a new store does not log a second `round_1_random`), or of the last imported
 * training ids, whichever is later. Null where the store has rounds of its own. Never rejects because
 * of MLflow: one that is down is not waited for longer than `patienceMs`, and the rounds begin without it.
 */
export const firstNumbering = async (
  { db, tracking, lastLoggedRound }: Pick<LoopContext, 'db' | 'tracking' | 'lastLoggedRound'>,
  patienceMs = PATIENCE_MS,
): Promise<Numbering | null> => {
  if (await hasRounds(db)) return null;
  const imported = await lastImportedRound(db);
  const base = { after: imported ?? 0, source: imported === null ? 'none' : 'imported', run: null } as const;
  if (tracking === null || lastLoggedRound === undefined) {
    return { ...base, experiment: null, unanswered: null };
  }
  const { experiment } = tracking;
  try {
    const last = await lastLoggedRound(AbortSignal.timeout(patienceMs));
    if (last === null || last.round < base.after) return { ...base, experiment, unanswered: null };
    return { after: last.round, source: 'mlflow', run: last.runName, experiment, unanswered: null };
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const unanswered = isLate ? `no answer within ${patienceMs / 1000} s` : messageOf(error);
    return { ...base, experiment, unanswered };
  }
};

/** Keeps it with the first round; call it in the same transaction. */
export const keepNumbering = (db: Db, numbering: Numbering): Promise<void> =>
  keepValue(db, FACT, JSON.stringify(numbering));

/** How the store's rounds came to their numbers; null before the first one, and in stores from before this. */
export const readNumbering = async (db: Db): Promise<Numbering | null> => {
  const text = await readValue(db, FACT);
  return text === null ? null : numberingSchema.parse(JSON.parse(text));
};

/** What people should know about the numbers, in a sentence; null where they are as anybody expects. */
export const numberingWords = ({ after, source, run, experiment, unanswered }: Numbering): string | null => {
  const began = `rounds are counted from ${after + 1}`;
  if (unanswered !== null) {
    return `MLflow could not tell the last round of the experiment ${experiment} (${unanswered}), so ${began}; a run whose name is taken there gets the store’s id added.`;
  }
  if (source === 'mlflow') {
    return `The last finished run of the MLflow experiment ${experiment} was ${run}, so ${began}.`;
  }
  return source === 'imported' && after > 0
    ? `The imported training ids end with round ${after}, so ${began}.`
    : null;
};

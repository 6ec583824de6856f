import { z } from 'zod';
import { FinkvraError } from '../../lib/errors.ts';

const countsSchema = z.object({
  read: z.number(),
  kept: z.number(),
  known: z.number(),
  quarantined: z.number(),
  filtered: z.record(z.string(), z.number()),
});

/** What an ingest process says of a pull that it was asked for. */
const answerSchema = z.union([countsSchema, z.object({ failed: z.string() })]);

export type PullAnswer = z.infer<typeof answerSchema>;
type Counts = z.infer<typeof countsSchema>;

/** An answer as the store keeps it; none before the first one. */
export const parsePullAnswer = (text: string | null): PullAnswer[] =>
  text === null ? [] : [answerSchema.parse(JSON.parse(text))];

const isFailed = (answer: PullAnswer): answer is { failed: string } => 'failed' in answer;

const added = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => [
      name,
      (a[name] ?? 0) + (b[name] ?? 0),
    ]),
  );

/**
 * What several processes took in together.
 * @param asked how many were asked
 * @throws FinkvraError when one of them failed or went away: what was left is read by the next pull
 */
export const sumOfAnswers = (answers: readonly PullAnswer[], asked: number): Counts => {
  const failed = answers.filter(isFailed);
  const counts = answers.filter((answer): answer is Counts => !isFailed(answer));
  const [first] = failed;
  const kept = counts.reduce((sum, one) => sum + one.kept, 0);
  const rest = `${kept} alerts were kept; what is left is read by the next pull`;
  if (first !== undefined)
    throw new FinkvraError(
      `${failed.length} of ${asked} ingest processes failed (${first.failed}). ${rest}.`,
    );
  if (counts.length < asked)
    throw new FinkvraError(`${asked - counts.length} of ${asked} ingest processes ended meanwhile. ${rest}.`);
  return counts.reduce(
    (sum, one) => ({
      read: sum.read + one.read,
      kept: sum.kept + one.kept,
      known: sum.known + one.known,
      quarantined: sum.quarantined + one.quarantined,
      filtered: added(sum.filtered, one.filtered),
    }),
    { read: 0, kept: 0, known: 0, quarantined: 0, filtered: {} },
  );
};

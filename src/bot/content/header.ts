import type { AnswerRow } from '../../store/answers.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { minuteUtc, plural } from './format.ts';

/** What the message at the head of a round says. */
export interface HeaderContent {
  readonly title: string;
  readonly chosen: string;
  readonly labelled: number;
  readonly total: number;
  readonly skipped: number;
  readonly state: RoundRow['state'];
  readonly opened: string;
  /** Who has labelled how many, most first. */
  readonly people: readonly { readonly name: string; readonly count: number }[];
  readonly simulated: boolean;
}

export const headerContent = (
  round: RoundRow,
  candidates: readonly CandidateRow[],
  answers: readonly AnswerRow[],
  simulated: boolean,
): HeaderContent => {
  const labelled = candidates.filter((candidate) => candidate.state === 'labelled').length;
  const open = candidates.filter((candidate) => candidate.state === 'open').length;
  const counts = new Map<string, { name: string; count: number }>();
  for (const answer of answers) {
    if (answer.answer === 'skip') continue;
    const sofar = counts.get(answer.user_id)?.count ?? 0;
    counts.set(answer.user_id, { name: answer.user_name, count: sofar + 1 });
  }
  return {
    title: `Round ${round.number}: ${plural(labelled + open, 'candidate')} to label`,
    chosen:
      round.strategy === 'random'
        ? `Drawn at random from ${plural(round.pool_size, 'object')}.`
        : `The ones the model is least sure of, among ${plural(round.pool_size, 'object')}.`,
    labelled,
    total: labelled + open,
    skipped: candidates.length - labelled - open,
    state: round.state,
    opened: minuteUtc(round.opened_at),
    people: [...counts.values()].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    simulated,
  };
};

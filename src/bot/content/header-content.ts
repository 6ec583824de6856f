import { type AnswerHistory, dissentFrom } from '../../loop/answers/read-answers.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { CandidateRow, LabelRow, RoundRow } from '../../store/schema.ts';
import { elapsed, minuteUtc, plural } from './format.ts';

/** What the message at the head of a round says. */
export interface HeaderContent {
  readonly title: string;
  readonly chosen: string;
  readonly labelled: number;
  readonly total: number;
  /** Candidates that got no class: skipped, bogus or unclear. */
  readonly skipped: number;
  readonly disputed: number;
  readonly state: RoundRow['state'];
  readonly opened: string;
  /** Who has given how many answers with a class, most first. */
  readonly people: readonly { readonly name: string; readonly count: number }[];
  /** How many are asked about each candidate, in words; null for one. */
  readonly asked: string | null;
  /** How and by whom it was ended before all was answered; null where nobody did. */
  readonly ended: string | null;
  readonly simulated: boolean;
}

export interface HeaderInput {
  readonly round: RoundRow;
  readonly candidates: readonly CandidateRow[];
  /** By candidate id. */
  readonly histories: ReadonlyMap<number, AnswerHistory>;
  readonly labels: readonly LabelRow[];
  readonly quorum: number;
  readonly simulated: boolean;
}

const chosenWords = ({ strategy, pool_size }: RoundRow): string => {
  const among = plural(pool_size, 'object');
  switch (strategy) {
    case 'random':
      return `Drawn at random from ${among}.`;
    case 'uncertainty':
      return `The ones the model is least sure of, among ${among}.`;
    case 'weighted-uncertainty':
    case 'focused-uncertainty':
      return `Drawn from ${among}, the more likely the less sure the model is.`;
    case 'audited-uncertainty':
      return `The ones the model is least sure of, and some at random to measure it, from ${among}.`;
  }
};

const endedWords = ({ ended_as: as, ended_by: by }: RoundRow): string | null => {
  if (as === null) return null;
  return as === 'early'
    ? `Ended early by ${by}: what was not answered is not asked any more.`
    : `Given up by ${by}: no model is trained on it now; its answers are kept.`;
};

/** Standing votes with a class, by person, most first. */
const countPeople = (
  histories: Iterable<AnswerHistory>,
  type: ModelType,
): { readonly name: string; readonly count: number }[] => {
  const counts = new Map<string, { name: string; count: number }>();
  for (const { votes } of histories) {
    for (const { user_id, user_name, answer } of votes) {
      if (classOf(type, answer) === null) continue;
      counts.set(user_id, { name: user_name, count: (counts.get(user_id)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
};

export const headerContent = ({
  round,
  candidates,
  histories,
  labels,
  quorum,
  simulated,
}: HeaderInput): HeaderContent => {
  const labelled = candidates.filter((candidate) => candidate.state === 'labelled').length;
  const open = candidates.filter((candidate) => candidate.state === 'open').length;
  const disputed = labels.filter((label) => {
    const history = histories.get(label.candidate_id ?? -1);
    return history !== undefined && dissentFrom(history, label.answer, round.model_type).length > 0;
  });
  return {
    title: `Round ${round.number}: ${plural(labelled + open, 'candidate')} ${round.state === 'open' ? 'to label' : 'labelled'}`,
    chosen: chosenWords(round),
    labelled,
    total: labelled + open,
    skipped: candidates.filter(({ state }) => state === 'skipped').length,
    disputed: disputed.length,
    state: round.state,
    opened:
      round.closed_at === null
        ? `Opened ${minuteUtc(round.opened_at)}.`
        : `Opened ${minuteUtc(round.opened_at)}, closed after ${elapsed(round.opened_at, new Date(round.closed_at))}.`,
    people: countPeople(histories.values(), round.model_type),
    asked: quorum > 1 ? `${quorum} people are asked about each; most votes decide.` : null,
    ended: endedWords(round),
    simulated,
  };
};

export interface ReminderContent {
  readonly round: number;
  readonly text: string;
}

/** What is still to be answered in a round that has been open for long. */
export const reminderContent = ({
  round,
  candidates,
  at,
}: {
  readonly round: Pick<RoundRow, 'number' | 'opened_at' | 'state'>;
  readonly candidates: readonly CandidateRow[];
  /** When the reminder was asked for. */
  readonly at: Date;
}): ReminderContent => {
  const open = candidates.filter(({ state }) => state === 'open').length;
  const asked = candidates.filter(({ state }) => state === 'open' || state === 'labelled').length;
  return {
    round: round.number,
    text:
      round.state === 'open'
        ? `Round ${round.number} has been open for ${elapsed(round.opened_at, at)}: ${plural(open, 'candidate')} of ${asked} still to label.`
        : `Round ${round.number} is done. Thank you!`,
  };
};

import type { RoundProgress } from '../../loop/reports/frozen-round.ts';
import type { RoundReport } from '../../loop/rounds/round-report.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { classCounts } from './answer-words.ts';
import { elapsed, minuteUtc, percent, plural, signed } from './format.ts';

/** What a round's header message says. */
export interface HeaderContent {
  readonly title: string;
  readonly chosen: string;
  readonly labelled: number;
  readonly total: number;
  /** Candidates without a class: skipped, bogus or unclear. */
  readonly skipped: number;
  readonly disputed: number;
  readonly state: RoundRow['state'];
  readonly opened: string;
  /** Answers with a class by person, most first. */
  readonly people: readonly { readonly name: string; readonly count: number }[];
  /** "3 people are asked about each"; null for one person. */
  readonly asked: string | null;
  /** How and by whom the round was closed early; null if it was not. */
  readonly ended: string | null;
  /** A closed round's result and the link to its report; null before. */
  readonly summary: { readonly text: string; readonly report: string | null } | null;
  readonly simulated: boolean;
}

export interface HeaderInput {
  readonly round: RoundRow;
  /** Progress of an open round; the final counts of a closed one. */
  readonly progress: RoundProgress;
  readonly quorum: number;
  /** A closed round's stored report, and the link to it. */
  readonly report: RoundReport | null;
  readonly reportLink: string | null;
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
      return `Drawn at random from ${among}; the less sure the model is, the more often.`;
    case 'audited-uncertainty':
      return `The ones the model is least sure of, and some at random to measure accuracy, from ${among}.`;
  }
};

/** A round's result: labels by class, and the model's accuracy. */
const summaryWords = (
  type: ModelType,
  { frozen, honest, untrained, previousAccuracy }: RoundReport,
): string => {
  const classes = (frozen?.candidates ?? []).map(({ answer }) =>
    answer === null ? null : classOf(type, answer),
  );
  const count = (y: 0 | 1): number => classes.filter((one) => one === y).length;
  const change =
    honest === null || previousAccuracy === null
      ? ''
      : `, ${signed((honest.accuracy - previousAccuracy) * 100, 0)} points`;
  return [
    frozen == null ? null : classCounts(type, { positive: count(1), negative: count(0) }),
    honest === null
      ? (untrained ?? 'no accuracy')
      : `accuracy ${percent(honest.accuracy)} (95 % interval ${percent(honest.low)} to ${percent(honest.high)}${change})`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
};

const endedWords = ({ ended_as: as, ended_by: by }: RoundRow): string | null => {
  if (as === null) return null;
  return as === 'early'
    ? `Closed early by ${by}: open candidates were withdrawn.`
    : `Abandoned by ${by}: no model is trained now; the answers are kept.`;
};

export const headerContent = ({
  round,
  progress,
  quorum,
  report,
  reportLink,
  simulated,
}: HeaderInput): HeaderContent => {
  const { labelled, total, skipped, disputed, people } = progress;
  return {
    title: `Round ${round.number}: ${plural(total, 'candidate')} ${round.state === 'open' ? 'to label' : 'labelled'}`,
    chosen: chosenWords(round),
    labelled,
    total,
    skipped,
    disputed,
    state: round.state,
    opened:
      round.closed_at === null
        ? `Opened ${minuteUtc(round.opened_at)}.`
        : `Opened ${minuteUtc(round.opened_at)}, closed after ${elapsed(round.opened_at, new Date(round.closed_at))}.`,
    people,
    asked: quorum > 1 ? `${quorum} people are asked about each; most votes decide.` : null,
    ended: endedWords(round),
    summary:
      report === null || round.state !== 'closed'
        ? null
        : { text: summaryWords(round.model_type, report), report: reportLink },
    simulated,
  };
};

export interface ReminderContent {
  readonly round: number;
  readonly text: string;
  readonly open: boolean;
  /** Link to the first card that waits; null if none does or it is unknown. */
  readonly first: string | null;
}

/** A reminder of the open candidates of a round that has been open for long. */
export const reminderContent = ({
  round,
  candidates,
  first,
  at,
}: {
  readonly round: Pick<RoundRow, 'number' | 'opened_at' | 'state'>;
  readonly candidates: readonly CandidateRow[];
  readonly first: string | null;
  /** When the reminder was requested. */
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
    open: round.state === 'open' && open > 0,
    first: round.state === 'open' ? first : null,
  };
};

import type { RoundProgress } from '../../loop/reports/frozen-round.ts';
import type { RoundReport } from '../../loop/rounds/round-report.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { classCounts } from './answer-words.ts';
import { elapsed, minuteUtc, percent, plural, signed } from './format.ts';

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
  /** What a closed round came to, and where its report is; null while it is not closed. */
  readonly summary: { readonly text: string; readonly report: string | null } | null;
  readonly simulated: boolean;
}

export interface HeaderInput {
  readonly round: RoundRow;
  /** Of an open round how far it is now, of a closed one what it had come to. */
  readonly progress: RoundProgress;
  readonly quorum: number;
  /** Of a closed round: its report, as it was kept, and the address of that in the channel. */
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
      return `Drawn from ${among}, the more likely the less sure the model is.`;
    case 'audited-uncertainty':
      return `The ones the model is least sure of, and some at random to measure it, from ${among}.`;
  }
};

/** What a round came to: its labels by class, and what the model reached with them. */
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
    ? `Ended early by ${by}: what was not answered is not asked any more.`
    : `Given up by ${by}: no model is trained on it now; its answers are kept.`;
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
  /** The address of the first card that waits; null where none does, or it is not known. */
  readonly first: string | null;
}

/** What is still to be answered in a round that has been open for long. */
export const reminderContent = ({
  round,
  candidates,
  first,
  at,
}: {
  readonly round: Pick<RoundRow, 'number' | 'opened_at' | 'state'>;
  readonly candidates: readonly CandidateRow[];
  readonly first: string | null;
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
    open: round.state === 'open' && open > 0,
    first: round.state === 'open' ? first : null,
  };
};

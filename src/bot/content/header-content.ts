import type { RoundProgress } from '../../loop/reports/frozen-round.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
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
  /** Of an open round how far it is now, of a closed one what it had come to. */
  readonly progress: RoundProgress;
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

export const headerContent = ({ round, progress, quorum, simulated }: HeaderInput): HeaderContent => {
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

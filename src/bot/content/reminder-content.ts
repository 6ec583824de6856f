import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { elapsed, plural } from './format.ts';

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
  const asked = candidates.filter(({ state }) => state !== 'skipped').length;
  return {
    round: round.number,
    text:
      round.state === 'open'
        ? `Round ${round.number} has been open for ${elapsed(round.opened_at, at)}: ${plural(open, 'candidate')} of ${asked} still to label.`
        : `Round ${round.number} is done. Thank you!`,
  };
};

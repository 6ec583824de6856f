import { answersTo, hasClick, insertAnswer } from '../../store/answers/answers.ts';
import { deleteLabelOf, findLabel } from '../../store/answers/labels.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import {
  candidatesOf,
  findCandidate,
  findRound,
  reopenCandidate,
  withdrawOpen,
} from '../../store/rounds/rounds.ts';
import type { CandidateRow } from '../../store/schema.ts';
import { cardKey, headerKey } from '../round-messages.ts';
import { readAnswers, TIE } from './read-answers.ts';

export interface Undo {
  readonly candidateId: number;
  readonly userId: string;
  readonly userName: string;
  readonly click?: string | null;
}

export type UndoOutcome =
  | { readonly kind: 'undone'; readonly objectId: string }
  /** There is no answer of this person to take back. */
  | { readonly kind: 'nothing'; readonly objectId: string }
  /** It was undone before: a double click, or the same one delivered again. */
  | { readonly kind: 'repeated'; readonly objectId: string }
  /** Somebody else decided it. */
  | { readonly kind: 'not-yours'; readonly objectId: string; readonly name: string }
  /** The round is training or closed: `relabel` is the way. */
  | { readonly kind: 'closed'; readonly objectId: string }
  | { readonly kind: 'unknown' };

/**
 * Takes back one person's answer while the round is open: the event is added, the label goes, and the
 * candidate is open again if it was decided. A round that was claimed for training is never touched.
 */
export const undoAnswer = (db: Db, given: Undo, clock: () => Date): Promise<UndoOutcome> =>
  inTransaction(db, async (trx): Promise<UndoOutcome> => {
    const candidate = await findCandidate(trx, given.candidateId);
    if (candidate === undefined) return { kind: 'unknown' };
    const objectId = candidate.object_id;
    const events = await answersTo(trx, candidate.id);
    const mine = readAnswers(events).votes.find((vote) => vote.user_id === given.userId);
    const row = {
      candidate_id: candidate.id,
      user_id: given.userId,
      user_name: given.userName,
      answer: mine?.answer ?? 'skip',
      decided: 0,
      at: clock().toISOString(),
      kind: 'undo' as const,
      click: given.click ?? null,
      p_seen: null,
    };
    if (await hasClick(trx, row)) return { kind: 'repeated', objectId };
    if ((await findRound(trx, candidate.round_id))?.state !== 'open') return { kind: 'closed', objectId };
    if (mine === undefined) {
      const last = events.findLast((event) => event.user_id === given.userId);
      if (last?.kind === 'undo') return { kind: 'repeated', objectId };
      const label = await findLabel(trx, objectId);
      return label === undefined || label.user_id === TIE
        ? { kind: 'nothing', objectId }
        : { kind: 'not-yours', objectId, name: label.user_name };
    }
    await insertAnswer(trx, row);
    if (candidate.state !== 'open') {
      if (!(await reopenCandidate(trx, candidate.id)))
        throw new Error(`candidate ${candidate.id} could not be opened again`);
      await deleteLabelOf(trx, candidate.id);
      if (candidate.state === 'skipped') await takeReplacementBack(trx, candidate);
    }
    await wantRedraw(trx, [cardKey(candidate.id), headerKey(candidate.round_id)]);
    return { kind: 'undone', objectId };
  });

/** Withdraws the replacement of an undone skip, unless somebody has answered it. */
const takeReplacementBack = async (trx: Db, { id, round_id: roundId }: CandidateRow): Promise<void> => {
  for (const replacement of await candidatesOf(trx, roundId)) {
    if (replacement.replaces_id !== id || replacement.state !== 'open') continue;
    if ((await answersTo(trx, replacement.id)).length > 0) continue;
    await withdrawOpen(trx, roundId, replacement.id);
    await wantRedraw(trx, [cardKey(replacement.id)]);
  }
};

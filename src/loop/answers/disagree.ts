import { answersTo, hasClick, insertAnswer } from '../../store/answers/answers.ts';
import { findLabel } from '../../store/answers/labels.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { findCandidate } from '../../store/rounds/rounds.ts';
import type { AnswerValue } from '../../store/schema.ts';
import { cardKey, headerKey, reportKey } from '../round-messages.ts';
import { readAnswers, TIE } from './read-answers.ts';
import type { Answer } from './record-answer.ts';

export type DisagreeOutcome =
  | { readonly kind: 'noted'; readonly objectId: string; readonly decided: AnswerValue }
  /** They have said so already, or say what the label says. */
  | { readonly kind: 'nothing-new'; readonly objectId: string }
  /** The label is what they answered themselves: they can undo it while the round is open. */
  | { readonly kind: 'own'; readonly objectId: string }
  /** The same click, delivered again. */
  | { readonly kind: 'repeated'; readonly objectId: string }
  /** The candidate is open again: an answer counts there, a disagreement would not. */
  | { readonly kind: 'open'; readonly objectId: string }
  /** It is not asked about any more. */
  | { readonly kind: 'withdrawn'; readonly objectId: string }
  | { readonly kind: 'unknown' };

/** Keeps somebody's disagreement with a label: the label stays, the card and the report show it. */
export const disagree = (db: Db, given: Answer, clock: () => Date): Promise<DisagreeOutcome> =>
  inTransaction(db, async (trx): Promise<DisagreeOutcome> => {
    const candidate = await findCandidate(trx, given.candidateId);
    if (candidate === undefined) return { kind: 'unknown' };
    const objectId = candidate.object_id;
    if (candidate.state === 'withdrawn') return { kind: 'withdrawn', objectId };
    const label = await findLabel(trx, objectId);
    if (candidate.state === 'open' || label === undefined) return { kind: 'open', objectId };
    const row = {
      candidate_id: candidate.id,
      user_id: given.userId,
      user_name: given.userName,
      answer: given.answer,
      decided: 0,
      at: clock().toISOString(),
      kind: 'disagree' as const,
      click: given.click ?? null,
      p_seen: candidate.p === null ? 0 : 1,
    };
    const { votes, disagreements } = readAnswers(await answersTo(trx, candidate.id));
    const vote = votes.find(({ user_id }) => user_id === given.userId);
    // A voter who chose another class disputes the label already.
    const said =
      (vote !== undefined && vote.answer !== label.answer) ||
      disagreements.some((one) => one.user_id === given.userId && one.answer === given.answer);
    if (await hasClick(trx, row)) return { kind: 'repeated', objectId };
    if (label.user_id !== TIE && vote?.answer === label.answer) return { kind: 'own', objectId };
    if (said || label.answer === given.answer) return { kind: 'nothing-new', objectId };
    await insertAnswer(trx, row);
    const { round_id } = candidate;
    await wantRedraw(trx, [cardKey(candidate.id), headerKey(round_id), reportKey(round_id)]);
    return { kind: 'noted', objectId, decided: label.answer };
  });

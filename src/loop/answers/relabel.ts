import { insertCorrection } from '../../store/answers/corrections.ts';
import { changeLabel, findLabel } from '../../store/answers/labels.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { findCandidate, findRound, lastCandidateOf } from '../../store/rounds/rounds.ts';
import type { AnswerValue, LabelRow } from '../../store/schema.ts';
import { cardKey, reportKey } from '../round-messages.ts';

export interface Correction {
  readonly objectId: string;
  readonly userId: string;
  readonly userName: string;
  readonly answer: AnswerValue;
  readonly note: string | null;
}

/** Whether an object's label can be corrected now. */
export type Relabelling =
  | { readonly kind: 'ready'; readonly label: LabelRow }
  /** Its round is open: there the answer can be undone on the card. */
  | { readonly kind: 'round-open'; readonly objectId: string; readonly round: number }
  | { readonly kind: 'unlabelled'; readonly objectId: string };

export type RelabelOutcome =
  | {
      readonly kind: 'corrected';
      readonly objectId: string;
      readonly before: AnswerValue;
      readonly after: AnswerValue;
    }
  | { readonly kind: 'same'; readonly objectId: string }
  | Exclude<Relabelling, { kind: 'ready' }>;

/** Looks up whether `relabel` applies to an object. */
export const findRelabelling = async (db: Db, objectId: string): Promise<Relabelling> => {
  const label = await findLabel(db, objectId);
  const candidate =
    label?.candidate_id == null
      ? await lastCandidateOf(db, objectId)
      : await findCandidate(db, label.candidate_id);
  const round = candidate === undefined ? undefined : await findRound(db, candidate.round_id);
  if (round?.state === 'open') return { kind: 'round-open', objectId, round: round.number };
  return label === undefined ? { kind: 'unlabelled', objectId } : { kind: 'ready', label };
};

/** Corrects a label after its round; what it was is kept, and the next training uses what it is now. */
export const relabel = (db: Db, given: Correction, clock: () => Date): Promise<RelabelOutcome> =>
  inTransaction(db, async (trx): Promise<RelabelOutcome> => {
    const found = await findRelabelling(trx, given.objectId);
    if (found.kind !== 'ready') return found;
    const { label } = found;
    if (label.answer === given.answer) return { kind: 'same', objectId: given.objectId };
    await insertCorrection(trx, {
      object_id: label.object_id,
      candid: label.candid,
      before: label.answer,
      before_name: label.user_name,
      after: given.answer,
      user_id: given.userId,
      user_name: given.userName,
      note: given.note,
      at: clock().toISOString(),
    });
    await changeLabel(trx, {
      object_id: label.object_id,
      answer: given.answer,
      user_id: given.userId,
      user_name: given.userName,
    });
    if (label.candidate_id !== null) {
      const candidate = await findCandidate(trx, label.candidate_id);
      const keys = candidate === undefined ? [] : [cardKey(candidate.id), reportKey(candidate.round_id)];
      await wantRedraw(trx, keys);
    }
    return { kind: 'corrected', objectId: given.objectId, before: label.answer, after: given.answer };
  });

import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { answersTo } from '../../store/answers/answers.ts';
import { insertLabel } from '../../store/answers/labels.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { candidatesOf, claimForTraining, setCandidateState } from '../../store/rounds/rounds.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { cardKey, headerKey, redrawCards } from '../round-messages.ts';
import { decide, readAnswers, TIE } from './read-answers.ts';
import { replaceSkipped } from './replace-skipped.ts';

/** What the decision of a candidate led to. */
export interface Decided {
  /** The round's id if this was the last one open in it. */
  readonly finishedRound: number | null;
  /** The round's id if another candidate may have taken this one's place. */
  readonly replacedIn: number | null;
}

/**
 * Decides an open candidate if enough people have voted: makes the label, puts the next candidate in the
 * place of one that got no class and, with the last one open, claims the round for training. Call it inside
 * a transaction.
 * @returns null while votes are missing
 */
export const decideCandidate = async (
  trx: Db,
  candidate: CandidateRow,
  { quorum, type, at }: { readonly quorum: number; readonly type: ModelType; readonly at: string },
): Promise<Decided | null> => {
  const { votes } = readAnswers(await answersTo(trx, candidate.id));
  const decision = decide(votes, quorum, type);
  if (decision === null) return null;
  await setCandidateState(trx, candidate.id, decision.y === null ? 'skipped' : 'labelled');
  await insertLabel(trx, {
    object_id: candidate.object_id,
    candid: candidate.candid,
    answer: decision.answer,
    candidate_id: candidate.id,
    user_id: decision.tie ? TIE : decision.vote.user_id,
    user_name: decision.tie ? TIE : decision.vote.user_name,
    at,
  });
  if (decision.y === null) await replaceSkipped(trx, candidate, at);
  const replacedIn = decision.y === null ? candidate.round_id : null;
  if (!(await claimForTraining(trx, candidate.round_id))) return { finishedRound: null, replacedIn };
  // Nothing can be undone from here on: the cards no longer offer it.
  await redrawCards(trx, candidate.round_id);
  return { finishedRound: candidate.round_id, replacedIn: null };
};

/**
 * Decides candidates that have enough votes after ANSWERS_PER_CANDIDATE was lowered in mid-round.
 * @returns how many candidates, and whether that was all of the round
 */
export const decideAnew = (
  db: Db,
  round: Pick<RoundRow, 'id' | 'model_type'>,
  quorum: number,
  clock: () => Date,
): Promise<{ readonly decided: number; readonly finished: boolean }> =>
  inTransaction(db, async (trx) => {
    let decided = 0;
    let finished = false;
    for (const candidate of await candidatesOf(trx, round.id)) {
      if (candidate.state !== 'open') continue;
      const at = clock().toISOString();
      const outcome = await decideCandidate(trx, candidate, { quorum, type: round.model_type, at });
      if (outcome === null) continue;
      decided += 1;
      finished = outcome.finishedRound !== null;
      await wantRedraw(trx, [cardKey(candidate.id), headerKey(round.id)]);
    }
    return { decided, finished };
  });

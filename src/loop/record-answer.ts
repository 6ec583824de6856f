import { answersTo, insertAnswer } from '../store/answers.ts';
import { insertLabel } from '../store/labels.ts';
import { wantMessage, wantRedraw } from '../store/messages.ts';
import { type Db, inTransaction } from '../store/open-store.ts';
import {
  claimForTraining,
  findCandidate,
  findRound,
  insertCandidates,
  setCandidateState,
} from '../store/rounds.ts';
import type { AnswerValue } from '../store/schema.ts';
import { cardKey, headerKey } from './message-keys.ts';
import { nextCandidate } from './next-candidate.ts';

export interface Answer {
  readonly candidateId: number;
  readonly userId: string;
  readonly userName: string;
  readonly answer: AnswerValue;
}

export type AnswerOutcome =
  /** This answer decided the candidate; `finishedRound` is the round's id if it was the last one open. */
  | { readonly kind: 'decided'; readonly objectId: string; readonly finishedRound: number | null }
  /** The same person has given the same answer already: a double click or a repeated delivery. */
  | { readonly kind: 'repeated'; readonly objectId: string }
  /** Somebody decided it before; this answer is kept beside theirs and changes nothing. */
  | {
      readonly kind: 'late';
      readonly objectId: string;
      readonly by: {
        readonly userId: string;
        readonly name: string;
        readonly answer: AnswerValue;
        readonly at: string;
      };
    }
  | { readonly kind: 'unknown' };

const classOf = (answer: AnswerValue): 0 | 1 | null =>
  answer === 'galactic' ? 1 : answer === 'not_galactic' ? 0 : null;

/**
 * Takes one person's click. One transaction decides who was first, makes the label, puts the next
 * candidate in a skipped one's place, asks for the messages to be drawn again and, with the last answer,
 * claims the round for training: whatever happens at the same moment, one caller is told to train.
 */
export const recordAnswer = (db: Db, given: Answer, clock: () => Date): Promise<AnswerOutcome> =>
  inTransaction(db, async (trx): Promise<AnswerOutcome> => {
    const candidate = await findCandidate(trx, given.candidateId);
    if (candidate === undefined) return { kind: 'unknown' };
    const objectId = candidate.object_id;
    const at = clock().toISOString();
    const row = {
      candidate_id: candidate.id,
      user_id: given.userId,
      user_name: given.userName,
      answer: given.answer,
      at,
    };

    if (!(await setCandidateState(trx, candidate.id, given.answer === 'skip' ? 'skipped' : 'labelled'))) {
      const earlier = await answersTo(trx, candidate.id);
      const mine = earlier.find((one) => one.user_id === given.userId && one.answer === given.answer);
      if (mine !== undefined) return { kind: 'repeated', objectId };
      await insertAnswer(trx, { ...row, decided: 0 });
      const decider = earlier.find((one) => one.decided === 1);
      if (decider === undefined) throw new Error(`candidate ${candidate.id} is closed but nobody decided it`);
      return {
        kind: 'late',
        objectId,
        by: { userId: decider.user_id, name: decider.user_name, answer: decider.answer, at: decider.at },
      };
    }

    await insertAnswer(trx, { ...row, decided: 1 });
    await insertLabel(trx, {
      object_id: objectId,
      candid: candidate.candid,
      answer: given.answer,
      galactic: classOf(given.answer),
      candidate_id: candidate.id,
      user_id: given.userId,
      user_name: given.userName,
      at,
    });
    if (given.answer === 'skip') await replaceSkipped(trx, candidate.round_id, at);
    await wantRedraw(trx, [cardKey(candidate.id), headerKey(candidate.round_id)]);
    const finished = await claimForTraining(trx, candidate.round_id);
    return { kind: 'decided', objectId, finishedRound: finished ? candidate.round_id : null };
  });

const replaceSkipped = async (trx: Db, roundId: number, at: string): Promise<void> => {
  const round = await findRound(trx, roundId);
  if (round === undefined) throw new Error(`round ${roundId} is gone`);
  const next = await nextCandidate(trx, round);
  if (next === null) return;
  const [inserted] = await insertCandidates(trx, roundId, [next]);
  if (inserted === undefined) throw new Error(`the replacement in round ${roundId} was not stored`);
  await wantMessage(trx, { key: cardKey(inserted.id), kind: 'card', roundId, candidateId: inserted.id, at });
};

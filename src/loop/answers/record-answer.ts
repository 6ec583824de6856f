import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import {
  type AnswerRemark,
  answersOfPerson,
  answersTo,
  hasClick,
  insertAnswer,
} from '../../store/answers/answers.ts';
import { findLabel } from '../../store/answers/labels.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { findCandidate, findRound } from '../../store/rounds/rounds.ts';
import type { AnswerValue, CandidateRow, RoundRow } from '../../store/schema.ts';
import { cardKey, headerKey } from '../round-messages.ts';
import { decideCandidate } from './decide-candidate.ts';
import { couldSeeP, type Hints } from './hints.ts';
import { readAnswers } from './read-answers.ts';

export interface Answer {
  readonly candidateId: number;
  readonly userId: string;
  readonly userName: string;
  readonly answer: AnswerValue;
  /** The chat's own name of the click, the same when it is delivered again; null where there is none. */
  readonly click?: string | null;
  /** What they say with it; a click on a button says nothing, and leaves what they have said. */
  readonly remark?: Remark | null;
}

/** What somebody says with an answer, which counts as any other. */
export interface Remark {
  readonly note: string | null;
  readonly unsure: boolean;
}

/** Whose answer made a label, and which. */
export interface DecidedBy {
  readonly userId: string;
  readonly name: string;
  readonly answer: AnswerValue;
  readonly at: string;
}

export type AnswerOutcome =
  /** This answer decided the candidate. */
  | {
      readonly kind: 'decided';
      readonly objectId: string;
      /** The round's id if this was the last one open in it. */
      readonly finishedRound: number | null;
      /** The round's id if another candidate may have taken this one's place. */
      readonly replacedIn: number | null;
    }
  /** Kept; more people are asked before the candidate is decided. */
  | { readonly kind: 'counted'; readonly objectId: string; readonly votes: number; readonly quorum: number }
  /** The same person has given the same answer already: a double click or a repeated delivery. */
  | { readonly kind: 'repeated'; readonly objectId: string }
  /** They had given this answer already, and what they say with it is kept now. */
  | { readonly kind: 'remarked'; readonly objectId: string; readonly remark: Remark }
  /** It was decided before; this answer is kept beside the decision and changes nothing. */
  | {
      readonly kind: 'late';
      readonly objectId: string;
      readonly candidateId: number;
      readonly given: AnswerValue;
      readonly by: DecidedBy;
      /** Whether its class differs from the decided one. */
      readonly differs: boolean;
    }
  /** It is not asked about any more. */
  | { readonly kind: 'withdrawn'; readonly objectId: string }
  | { readonly kind: 'unknown' };

/** An answer given again by the same person: nothing new but what they say with it. */
const givenAgain = async (
  trx: Db,
  { remark = null }: Answer,
  objectId: string,
  row: Parameters<typeof insertAnswer>[1],
): Promise<AnswerOutcome> => {
  if (remark === null) return { kind: 'repeated', objectId };
  await insertAnswer(trx, { ...row, kind: 'remark', p_seen: null });
  await wantRedraw(trx, [cardKey(row.candidate_id)]);
  return { kind: 'remarked', objectId, remark };
};

const columnsOf = (remark: Remark | null | undefined): AnswerRemark => ({
  note: remark?.note ?? null,
  unsure: remark?.unsure === true ? 1 : 0,
});

/** Keeps an answer that came after the decision. */
const keepLate = async (
  trx: Db,
  candidate: CandidateRow,
  type: ModelType,
  given: Answer,
  row: Parameters<typeof insertAnswer>[1],
): Promise<AnswerOutcome> => {
  const objectId = candidate.object_id;
  const theirs = readAnswers(await answersOfPerson(trx, candidate.id, given.userId));
  const same = [...theirs.votes, ...theirs.late].some(({ answer }) => answer === given.answer);
  if (same) return givenAgain(trx, given, objectId, row);
  const label = await findLabel(trx, objectId);
  if (label === undefined) throw new Error(`candidate ${candidate.id} is decided but has no label`);
  await insertAnswer(trx, { ...row, kind: 'late' });
  return {
    kind: 'late',
    objectId,
    candidateId: candidate.id,
    given: given.answer,
    by: { userId: label.user_id, name: label.user_name, answer: label.answer, at: label.at },
    differs: classOf(type, given.answer) !== classOf(type, label.answer) || given.answer !== label.answer,
  };
};

/**
 * Takes one person's click, in one transaction: decides who was first (with `quorum` above 1: whether enough
 * people have answered, and what most of them say), makes the label, replaces a candidate that got no class,
 * and asks for the messages to be drawn again. With the last answer it claims the round for training; of
 * several callers at the same moment exactly one is told to train.
 */
export const recordAnswer = (
  db: Db,
  given: Answer,
  clock: () => Date,
  quorum: number,
  hints: Hints = 'after',
): Promise<AnswerOutcome> =>
  inTransaction(db, async (trx): Promise<AnswerOutcome> => {
    const candidate = await findCandidate(trx, given.candidateId);
    if (candidate === undefined) return { kind: 'unknown' };
    const objectId = candidate.object_id;
    const type = (await roundOf(trx, candidate)).model_type;
    const at = clock().toISOString();
    const events = await answersTo(trx, candidate.id);
    const row = {
      candidate_id: candidate.id,
      user_id: given.userId,
      user_name: given.userName,
      answer: given.answer,
      decided: 0,
      at,
      kind: 'vote' as const,
      click: given.click ?? null,
      p_seen: couldSeeP(candidate, events, given.userId, hints) ? 1 : 0,
      ...columnsOf(given.remark),
    };
    if (await hasClick(trx, row)) return { kind: 'repeated', objectId };
    if (candidate.state === 'withdrawn') return { kind: 'withdrawn', objectId };
    if (candidate.state !== 'open') return keepLate(trx, candidate, type, given, row);

    const before = readAnswers(events).votes;
    if (before.some((vote) => vote.user_id === given.userId && vote.answer === given.answer))
      return givenAgain(trx, given, objectId, row);
    const others = before.filter((vote) => vote.user_id !== given.userId);
    const decides = others.length + 1 >= quorum;
    await insertAnswer(trx, { ...row, decided: decides ? 1 : 0 });
    await wantRedraw(trx, [cardKey(candidate.id), headerKey(candidate.round_id)]);
    const decided = await decideCandidate(trx, candidate, { quorum, type, at });
    return decided === null
      ? { kind: 'counted', objectId, votes: others.length + 1, quorum }
      : { kind: 'decided', objectId, ...decided };
  });

const roundOf = async (trx: Db, { round_id }: CandidateRow): Promise<RoundRow> => {
  const round = await findRound(trx, round_id);
  if (round === undefined) throw new Error(`round ${round_id} is gone`);
  return round;
};

import type { Generated, Selectable } from 'kysely';
import type { AnswerValue } from '../../pipeline/learning/answers.ts';

export interface AnswerTable {
  id: Generated<number>;
  candidate_id: number;
  user_id: string;
  user_name: string;
  answer: AnswerValue;
  /** 1 for the answer that decided the candidate when it was given; an undo may have followed. */
  decided: number;
  at: string;
  /** What the click did; see `readAnswers`. */
  kind: Generated<AnswerKind>;
  /** The chat's own name of the click; the same click delivered again is no second event. */
  click: string | null;
  /** 1: its giver could have seen what the model thinks; null for an undo, and where it was not kept. */
  p_seen: number | null;
  /** What its giver says with it; null for nothing. */
  note: string | null;
  /** 1: its giver is not sure. It counts as any other answer. */
  unsure: Generated<number>;
}

/**
 * vote: counts until its author undoes it · undo: takes back the author's vote · late: given to a decided
 * candidate, changes nothing · disagree: a late answer that its author stands by · remark: what its author says
 * with an answer that they had given before.
 */
export type AnswerKind = 'vote' | 'undo' | 'late' | 'disagree' | 'remark';

/** A label changed after its round; append-only, the newest one holds. */
export interface CorrectionTable {
  id: Generated<number>;
  object_id: string;
  candid: string;
  before: AnswerValue;
  before_name: string;
  after: AnswerValue;
  user_id: string;
  user_name: string;
  note: string | null;
  at: string;
}

/** An object that has one is not asked about again; its class is read from the answer, see label-class.ts. */
export interface LabelTable {
  object_id: string;
  candid: string;
  answer: AnswerValue;
  candidate_id: number | null;
  user_id: string;
  user_name: string;
  at: string;
}

export type LabelRow = Selectable<LabelTable>;

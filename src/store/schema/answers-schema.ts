import type { Generated, Selectable } from 'kysely';
import type { AnswerValue } from '../../pipeline/learning/answers.ts';

export interface AnswerTable {
  id: Generated<number>;
  candidate_id: number;
  user_id: string;
  user_name: string;
  answer: AnswerValue;
  /** 1: this answer decided the candidate; an undo may have followed. */
  decided: number;
  at: string;
  /** The effect of the click; see `readAnswers`. */
  kind: Generated<AnswerKind>;
  /** The chat's id of the click; delivered twice it is stored once. */
  click: string | null;
  /** 1: the person could have seen the model's probability; null for an undo, and in older rows. */
  p_seen: number | null;
  /** The comment; null without one. */
  note: string | null;
  /** 1: the person is not sure. It counts as any other answer. */
  unsure: Generated<number>;
}

/**
 * vote: counts until its author undoes it · undo: revokes the author's vote · late: after the decision, changes
 * nothing · disagree: a late answer that its author stands by · remark: a comment on the author's earlier answer.
 */
export type AnswerKind = 'vote' | 'undo' | 'late' | 'disagree' | 'remark';

/** A correction of a label after its round; append-only, the newest one holds. */
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

/**
 * An object with a label is not asked about again. Its class is computed from the answer, see
 * model-type-columns.ts.
 */
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

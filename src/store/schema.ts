import type { Generated, Insertable, Selectable } from 'kysely';
import type { FeatureName } from '../pipeline/features/feature-names.ts';
import type { Drawn, StrategyName } from '../pipeline/learning/select-candidates.ts';

/**
 * The tables as Kysely sees them. Times are ISO 8601 in UTC, candids are text, JSON is text, booleans are
 * 0 or 1.
 */
export interface Database {
  alerts: AlertTable;
  stamps: StampTable;
  features: FeatureTable;
  pulls: PullTable;
  quarantine: QuarantineTable;
  rounds: RoundTable;
  candidates: CandidateTable;
  answers: AnswerTable;
  labels: LabelTable;
  models: ModelTable;
  scores: ScoreTable;
  messages: MessageTable;
  people: PersonTable;
}

export interface AlertTable {
  candid: string;
  object_id: string;
  jd: number;
  ra: number;
  dec: number;
  fid: number;
  magpsf: number;
  sigmapsf: number | null;
  drb: number | null;
  rb: number | null;
  roid: number | null;
  cdsxmatch: string | null;
  context: string;
  epochs: string;
  stored_features: string;
  pull_id: number;
  stored_at: string;
}

export interface StampTable {
  candid: string;
  science: Uint8Array | null;
  template: Uint8Array | null;
  difference: Uint8Array | null;
}

export type FeatureTable = { candid: string } & Record<FeatureName, number | null>;

export interface PullTable {
  id: Generated<number>;
  source: string;
  started_at: string;
  finished_at: string | null;
  read: number;
  kept: number;
  known: number;
  quarantined: number;
  filtered: string;
  error: string | null;
}

export interface QuarantineTable {
  id: Generated<number>;
  pull_id: number;
  reason: string;
  source: string;
  kind: string;
  partition: number | null;
  offset: string | null;
  position: number | null;
  bytes: Uint8Array | null;
  key: Uint8Array | null;
  at: string;
}

export interface RoundTable {
  id: Generated<number>;
  number: number;
  state: 'open' | 'training' | 'closed';
  size: number;
  strategy: StrategyName;
  seed: number;
  pool_size: number;
  model_id: number | null;
  opened_at: string;
  closed_at: string | null;
  /** JSON of the round's report, once it is closed. */
  report: string | null;
}

export interface CandidateTable {
  id: Generated<number>;
  round_id: number;
  candid: string;
  object_id: string;
  /** 1, 2, ... within the round, replacements of skipped ones included. */
  draw_order: number;
  drawn: Drawn;
  p_galactic: number | null;
  /** Probability with which it was drawn among those not yet drawn; null when chance had no part in it. */
  q: number | null;
  /** Objects not yet drawn when it was, itself included. */
  pool_size: number;
  state: 'open' | 'labelled' | 'skipped';
}

export interface AnswerTable {
  id: Generated<number>;
  candidate_id: number;
  user_id: string;
  user_name: string;
  answer: AnswerValue;
  /** 1 for the answer that decided the candidate, 0 for one that came after. */
  decided: number;
  at: string;
}

export type AnswerValue = 'galactic' | 'not_galactic' | 'skip';

export interface LabelTable {
  object_id: string;
  candid: string;
  answer: AnswerValue;
  /** 1 galactic, 0 not galactic, null without a class: never asked about again, never trained on. */
  galactic: number | null;
  candidate_id: number | null;
  user_id: string;
  user_name: string;
  at: string;
}

export interface ModelTable {
  id: Generated<number>;
  round_id: number;
  engine: string;
  seed: number;
  labels: number;
  saved: string;
  trained_at: string;
}

export interface ScoreTable {
  candid: string;
  model_id: number;
  p_galactic: number;
}

export interface MessageTable {
  id: Generated<number>;
  /** Names what the message is about, once and for all: `card:17`, `header:3`, `digest:2026-05-02`. */
  key: string;
  kind: MessageKind;
  round_id: number | null;
  candidate_id: number | null;
  /** JSON of what cannot be drawn from other tables (a digest's figures). */
  payload: string | null;
  state: 'pending' | 'sending' | 'posted' | 'failed';
  channel: string | null;
  ts: string | null;
  /** Drawn again whenever `wanted` is above `drawn`. */
  wanted: Generated<number>;
  drawn: Generated<number>;
  attempts: Generated<number>;
  created_at: string;
  sent_at: string | null;
  error: string | null;
}

export type MessageKind = 'header' | 'card' | 'report' | 'digest';

export interface PersonTable {
  user_id: string;
  name: string;
}

export type AlertRow = Selectable<AlertTable>;
export type CandidateRow = Selectable<CandidateTable>;
export type RoundRow = Selectable<RoundTable>;
export type LabelRow = Selectable<LabelTable>;
export type MessageRow = Selectable<MessageTable>;
export type PullRow = Selectable<PullTable>;
export type NewMessage = Insertable<MessageTable>;

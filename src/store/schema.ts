import type { Generated, Insertable, Selectable } from 'kysely';
import type { FeatureName } from '../pipeline/features/feature-names.ts';
import type { AnswerValue } from '../pipeline/learning/answers.ts';
import type { ModelType } from '../pipeline/learning/label-maps.ts';
import type { Drawn, StrategyName } from '../pipeline/learning/strategies/select-candidates.ts';

export type { AnswerValue } from '../pipeline/learning/answers.ts';

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
  tracking_jobs: TrackingJobTable;
  corrections: CorrectionTable;
  uploads: UploadTable;
  reasons: ReasonTable;
  sherlock: SherlockTable;
  sherlock_calls: SherlockCallTable;
  facts: FactTable;
  archives: ArchiveTable;
  imported_labels: ImportedLabelTable;
  imported_training: ImportedTrainingTable;
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
  /** When a retry read it, and what became of it then; null while it waits. */
  resolved_at: Generated<string | null>;
  outcome: Generated<'kept' | 'known' | 'filtered' | null>;
  tries: Generated<number>;
  tried_at: Generated<string | null>;
}

/** One row an object that Sherlock is asked about: waiting in the queue while `result` is null. */
export interface SherlockTable {
  object_id: string;
  ra: number;
  dec: number;
  /** Higher is looked up sooner. */
  priority: number;
  queued_at: string;
  /** Failures so far, why the last one, and when it is tried again. */
  attempts: Generated<number>;
  reason: Generated<string | null>;
  retry_at: Generated<string | null>;
  class: Generated<string | null>;
  /** 1: its class keeps it out of the pool. */
  excluded: Generated<number>;
  /** JSON of the whole result. */
  result: Generated<string | null>;
  /** 1: taken from a neighbour within an arcsecond. */
  cached: Generated<number | null>;
  saved_at: Generated<string | null>;
}

export interface SherlockCallTable {
  at: string;
}

/** Small things to remember, one JSON value a name. */
export interface FactTable {
  name: string;
  value: string;
}

export interface ArchiveTable {
  pull_id: number;
  /** Name in the archive folder; taken before it is written. */
  file: string;
  /** Alerts in it; 0 until it is written. */
  rows: number;
  written_at: string | null;
}

/** Labels as they came in from a reference program's file: append-only, whatever becomes of them. */
export interface ImportedLabelTable {
  id: Generated<number>;
  object_id: string;
  candid: string;
  label: string;
  at: string;
  source: string;
  imported_at: string;
}

export interface ImportedTrainingTable {
  id: Generated<number>;
  /** The file's name without `_training_ids.csv`: strategy and model. */
  name: string;
  candid: string;
  round: number;
  source: string;
  imported_at: string;
}

export interface RoundTable {
  id: Generated<number>;
  number: number;
  state: 'open' | 'training' | 'closed';
  size: number;
  strategy: StrategyName;
  /** What its candidates are asked about, and its model tells apart. */
  model_type: ModelType;
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
  /** Probability of class 1 by the model that chose it; that model's type says of what. */
  p: number | null;
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
  /** 1 for the answer that decided the candidate when it was given; an undo may have followed. */
  decided: number;
  at: string;
  /** What the click did; see `readAnswers`. */
  kind: Generated<AnswerKind>;
  /** The chat's own name of the click; the same click delivered again is no second event. */
  click: string | null;
}

/**
 * vote: counts until its author undoes it · undo: takes back the author's vote · late: given to a decided
 * candidate, changes nothing · disagree: a late answer that its author stands by.
 */
export type AnswerKind = 'vote' | 'undo' | 'late' | 'disagree';

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

/** Which features pushed a candidate's probability most: JSON, strongest first. */
export interface ReasonTable {
  candidate_id: number;
  reasons: string;
}

/** A file given to the chat, by what it shows: `card:<candid>`, `chart:<round>`. */
export interface UploadTable {
  key: string;
  /** Null while no upload has come through. */
  file_id: string | null;
  attempts: number;
  error: string | null;
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

export interface ModelTable {
  id: Generated<number>;
  /** Null for a model trained on the labels there were when its type became the one in use. */
  round_id: number | null;
  model_type: ModelType;
  engine: string;
  seed: number;
  labels: number;
  saved: string;
  trained_at: string;
  /** When it was made the champion; null if it never was. */
  promoted_at: string | null;
  /** JSON of the scaling of its probabilities for people; null: as they are. */
  calibration: string | null;
}

export interface ScoreTable {
  candid: string;
  model_id: number;
  /** Probability of class 1 of the model's type. */
  p: number;
  /** The same by the model of this type before `model_id`, if that one scored it too. */
  previous_p: number | null;
  /** 1: the alert's features have changed since. */
  stale: Generated<number>;
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
  /** Key of the message in whose thread this one stands; null in the channel itself. */
  thread_key: string | null;
  /** How much the chat has refused of it: 0 nothing, 1 charts, 2 charts and pictures. */
  plainness: Generated<number>;
}

export type MessageKind =
  | 'header'
  | 'card'
  | 'report'
  | 'digest'
  | 'digest_details'
  | 'reminder'
  | 'promotion';

export interface TrackingJobTable {
  id: Generated<number>;
  model_id: number | null;
  /** For an alias: registered model and alias, so that a newer one replaces an older one that waits. */
  alias: string | null;
  work: string;
  attempts: Generated<number>;
  retry_at: string | null;
  error: string | null;
  run_id: string | null;
  model_version: string | null;
  created_at: string;
  done_at: string | null;
}

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

import type { Generated, Selectable } from 'kysely';
import type { FeatureSet } from '../../pipeline/features/feature-table.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Drawn, StrategyName } from '../../pipeline/learning/strategies/run-strategy.ts';

export interface RoundTable {
  id: Generated<number>;
  number: number;
  state: 'open' | 'training' | 'closed';
  size: number;
  strategy: StrategyName;
  /** The question of its candidates and its model. */
  model_type: ModelType;
  seed: number;
  pool_size: number;
  model_id: number | null;
  opened_at: string;
  closed_at: string | null;
  /** JSON of the round's report, once it is closed. */
  report: string | null;
  /** How somebody closed it early: trained on the answers so far, or abandoned. */
  ended_as: 'early' | 'abandoned' | null;
  /** Their name. */
  ended_by: string | null;
}

export interface CandidateTable {
  id: Generated<number>;
  round_id: number;
  candid: string;
  object_id: string;
  /** 1, 2, ... within the round, including replacements. */
  draw_order: number;
  drawn: Drawn;
  /** P(class 1) by the model that chose it, in that model's type. */
  p: number | null;
  /** Probability of its draw among the objects not yet drawn; null if it was not random. */
  q: number | null;
  /** Objects not yet drawn at that moment, including it. */
  pool_size: number;
  /** `withdrawn`: no longer asked about; it does not count. */
  state: 'open' | 'labelled' | 'skipped' | 'withdrawn';
  /** The skipped candidate that it replaces; null for the round's own, and in older rounds. */
  replaces_id: number | null;
}

/** Drawn with a round's candidates, to replace skipped ones in this order. */
export interface SpareTable {
  round_id: number;
  /** 1, 2, ... within the kind of draw. */
  place: number;
  candid: string;
  object_id: string;
  drawn: Drawn;
  p: number | null;
  q: number | null;
  pool_size: number;
}

/** The features that moved a candidate's probability most: JSON, strongest first. */
export interface ReasonTable {
  candidate_id: number;
  reasons: string;
}

export interface ModelTable {
  id: Generated<number>;
  /** Null for a model trained on existing labels before its type had a round. */
  round_id: number | null;
  model_type: ModelType;
  engine: string;
  seed: number;
  labels: number;
  saved: string;
  trained_at: string;
  /** When it became the champion; null if never. */
  promoted_at: string | null;
  /** JSON of its calibration; null without one. */
  calibration: string | null;
  /** Its feature set; null: the reference's, in models from before the sets. */
  feature_set: FeatureSet | null;
  /** Threshold on P(class 1) (`DECISION`); null: one half, in older models. */
  threshold: number | null;
}

export interface ScoreTable {
  candid: string;
  model_id: number;
  /** P(class 1) in the model's type. */
  p: number;
  /** The same by the model before `model_id`, if that one scored it too. */
  previous_p: number | null;
  /** Changes of the alert's features since. */
  stale: Generated<number>;
}

export interface TrackingJobTable {
  id: Generated<number>;
  model_id: number | null;
  /** For an alias: registered model and alias, so that a new one replaces a waiting one. */
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

export type CandidateRow = Selectable<CandidateTable>;

export type RoundRow = Selectable<RoundTable>;

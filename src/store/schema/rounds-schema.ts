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
  /** What its candidates are asked about, and its model tells apart. */
  model_type: ModelType;
  seed: number;
  pool_size: number;
  model_id: number | null;
  opened_at: string;
  closed_at: string | null;
  /** JSON of the round's report, once it is closed. */
  report: string | null;
  /** How somebody ended it before all was answered: trained on what there was, or given up. */
  ended_as: 'early' | 'abandoned' | null;
  /** Their name. */
  ended_by: string | null;
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
  /** `withdrawn`: not asked about any more; it counts for nothing. */
  state: 'open' | 'labelled' | 'skipped' | 'withdrawn';
  /** The skipped candidate in whose place it is asked; null for the round's own, and in older rounds. */
  replaces_id: number | null;
}

/** Drawn with a round's candidates, to take the place of skipped ones in this order. */
export interface SpareTable {
  round_id: number;
  /** 1, 2, ... among those drawn in the same way. */
  place: number;
  candid: string;
  object_id: string;
  drawn: Drawn;
  p: number | null;
  q: number | null;
  pool_size: number;
}

/** Which features pushed a candidate's probability most: JSON, strongest first. */
export interface ReasonTable {
  candidate_id: number;
  reasons: string;
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
  /** The set of columns that it was trained on; null: the reference's, before there were others. */
  feature_set: FeatureSet | null;
  /** P(class 1) from which on it takes an object for class 1 (`DECISION`); null: one half, before it was kept. */
  threshold: number | null;
}

export interface ScoreTable {
  candid: string;
  model_id: number;
  /** Probability of class 1 of the model's type. */
  p: number;
  /** The same by the model of this type before `model_id`, if that one scored it too. */
  previous_p: number | null;
  /** How often the alert's features have changed since. */
  stale: Generated<number>;
}

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

export type CandidateRow = Selectable<CandidateTable>;

export type RoundRow = Selectable<RoundTable>;

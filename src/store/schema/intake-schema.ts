import type { Generated, Selectable } from 'kysely';
import type { FeatureName } from '../../pipeline/features/feature-table.ts';

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
  /** Forced photometry (JSON); null if the packet had none. */
  forced: string | null;
  stored_features: string;
  pull_id: number;
  stored_at: string;
}

/** Where an alert's stamps are: in a file beside the store. */
export interface StampPlaceTable {
  candid: string;
  /** The file's name; null: they were deleted for their age. */
  segment: string | null;
  /** Position and length of its entry, bytes. */
  position: number;
  length: number;
  /** The night (MJD) that its age counts from: observed or stored, whichever is later. */
  night: number;
}

/** Stamps in stores of earlier versions, in memory and on a server. */
export interface StampTable {
  candid: string;
  science: Uint8Array | null;
  template: Uint8Array | null;
  difference: Uint8Array | null;
}

/** The dust map of `ebv`: the full ones of SFD 1998, or a coarse one; null without a value. */
export type EbvMap = 'sfd' | 'coarse';

/** `recipe`: version of the measurement, see `FEATURE_RECIPE`. */
export type FeatureTable = { candid: string; ebv_map: EbvMap | null; recipe: number } & Record<
  FeatureName,
  number | null
>;

/** One row per objectId, with the position of its first alert. */
export interface ObjectTable {
  object_id: string;
  ra: number;
  dec: number;
  /** ObjectIds within 1.5 arcsec of each other share this value: they are one object. */
  same_as: string;
}

/** One row per object in the pool, with its newest alert that may be shown. */
export interface PoolTable {
  same_as: string;
  object_id: string;
  candid: string;
  /** When its last alert arrived, ISO 8601. */
  seen: string;
}

/** Stored counts of rows that are too many to count. */
export interface CountTable {
  name: CountName;
  n: number;
}

/** Waiting lookups; results by class, with those that exclude their object counted apart. */
export type CountName =
  | 'alerts'
  | 'objects'
  | 'pool'
  | 'lookups waiting'
  | `found ${string}`
  | `excluded ${string}`;

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
  /** When a retry read it, and the result; null while it waits. */
  resolved_at: Generated<string | null>;
  outcome: Generated<'kept' | 'known' | 'filtered' | null>;
  tries: Generated<number>;
  tried_at: Generated<string | null>;
  /** Further failures with the same reason, pull and source; only counted. */
  alike: Generated<number>;
  /** The reason without its numbers and names. */
  reason_kind: string | null;
}

/** One row per object for Sherlock; in the queue while `result` is null. */
export interface SherlockTable {
  object_id: string;
  ra: number;
  dec: number;
  /** Higher is looked up sooner. */
  priority: number;
  queued_at: string;
  /** Failures so far, the last reason, and the time of the next try. */
  attempts: Generated<number>;
  reason: Generated<string | null>;
  retry_at: Generated<string | null>;
  class: Generated<string | null>;
  /** 1: its class excludes it from the pool. */
  excluded: Generated<number>;
  /** JSON of the whole result. */
  result: Generated<string | null>;
  /** 1: copied from a neighbour within an arcsecond. */
  cached: Generated<number | null>;
  saved_at: Generated<string | null>;
}

/** One row per object whose whole light curve was requested. */
export interface HistoryTable {
  object_id: string;
  /** Gzip of JSON; null until it is fetched. */
  points: Uint8Array | null;
  saved_at: string | null;
  /** Failures so far, the last reason, and the time of the next try. */
  attempts: Generated<number>;
  reason: string | null;
  retry_at: string | null;
}

export interface SherlockCallTable {
  at: string;
}

export interface ArchiveTable {
  pull_id: number;
  /** Name in the archive folder; reserved before it is written. */
  file: string;
  /** Alerts in it; 0 until it is written. */
  rows: number;
  written_at: string | null;
}

/** Imported labels of a reference program's file; append-only. */
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

export type AlertRow = Selectable<AlertTable>;

export type PullRow = Selectable<PullTable>;

/** A process of `finkvra ingest`. */
export interface IngestProcessTable {
  id: string;
  host: string;
  pid: number;
  since: string;
  /** Its last heartbeat, by the store's clock. */
  seen_at: string;
  doing: 'waits' | 'pulls';
  /** Start of its last successful pull. */
  pulled_at: string | null;
  /** Why its last pull failed. */
  error: string | null;
  /** The last pull request that it answered, with the answer (JSON). */
  answered: number;
  outcome: string | null;
}

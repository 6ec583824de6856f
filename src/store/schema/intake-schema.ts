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
  /** Forced photometry (JSON); null where the packet had none. */
  forced: string | null;
  stored_features: string;
  pull_id: number;
  stored_at: string;
}

/** Where an alert's stamps are: in a file beside the store. */
export interface StampPlaceTable {
  candid: string;
  /** The file's name; null: they were deleted when their nights were over. */
  segment: string | null;
  /** Of its entry there, bytes. */
  position: number;
  length: number;
  /** MJD of the night that its age counts from: when it was observed or taken in, whichever is later. */
  night: number;
}

/** Stamps as stores of earlier versions, and those in memory, have them. */
export interface StampTable {
  candid: string;
  science: Uint8Array | null;
  template: Uint8Array | null;
  difference: Uint8Array | null;
}

/** Which dust maps `ebv` is from: the full ones of SFD 1998 or a coarse one; null where it is missing. */
export type EbvMap = 'sfd' | 'coarse';

/** `recipe`: by which way of measuring its columns were filled, see `FEATURE_RECIPE`. */
export type FeatureTable = { candid: string; ebv_map: EbvMap | null; recipe: number } & Record<
  FeatureName,
  number | null
>;

/** One row an objectId, where its first alert was. */
export interface ObjectTable {
  object_id: string;
  ra: number;
  dec: number;
  /** ObjectIds within 1.5 arcsec of each other are one object: they name the same of them. */
  same_as: string;
}

/** One row an object that can be asked about, with its newest alert that may be shown. */
export interface PoolTable {
  same_as: string;
  object_id: string;
  candid: string;
  /** When an alert of it last came in, ISO 8601. */
  seen: string;
}

/** Kept counts, of rows that are too many to count when asked. */
export interface CountTable {
  name: CountName;
  n: number;
}

/** Lookups that wait; results by class, those that keep their object out of the pool apart. */
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
  /** When a retry read it, and what became of it then; null while it waits. */
  resolved_at: Generated<string | null>;
  outcome: Generated<'kept' | 'known' | 'filtered' | null>;
  tries: Generated<number>;
  tried_at: Generated<string | null>;
  /** How many more failed for this reason in the same pull from the same source; of them nothing is kept. */
  alike: Generated<number>;
  /** The reason without the numbers and names in it. */
  reason_kind: string | null;
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

/** One row an object whose whole light curve was asked for. */
export interface HistoryTable {
  object_id: string;
  /** Gzip of JSON; null while it is not here. */
  points: Uint8Array | null;
  saved_at: string | null;
  /** Failures so far, why the last one, and when it is tried again. */
  attempts: Generated<number>;
  reason: string | null;
  retry_at: string | null;
}

export interface SherlockCallTable {
  at: string;
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

export type AlertRow = Selectable<AlertTable>;

export type PullRow = Selectable<PullTable>;

/** A process that takes alerts in beside the service. */
export interface IngestProcessTable {
  id: string;
  host: string;
  pid: number;
  since: string;
  /** When it last said that it lives, by the store's own clock. */
  seen_at: string;
  doing: 'waits' | 'pulls';
  /** When its last pull that came to its end began. */
  pulled_at: string | null;
  /** Why its last pull failed. */
  error: string | null;
  /** The last request to pull that it has answered, and with what (JSON). */
  answered: number;
  outcome: string | null;
}

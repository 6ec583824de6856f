import type { AnswerTable, CorrectionTable, LabelTable } from './schema/answers-schema.ts';
import type { KeyValueTable, MessageTable, PersonTable, UploadTable } from './schema/chat-schema.ts';
import type {
  AlertTable,
  ArchiveTable,
  CountTable,
  FeatureTable,
  HistoryTable,
  ImportedLabelTable,
  ImportedTrainingTable,
  IngestProcessTable,
  ObjectTable,
  PoolTable,
  PullTable,
  QuarantineTable,
  SherlockCallTable,
  SherlockTable,
  StampPlaceTable,
  StampTable,
} from './schema/intake-schema.ts';
import type {
  CandidateTable,
  ModelTable,
  ReasonTable,
  RoundTable,
  ScoreTable,
  SpareTable,
  TrackingJobTable,
} from './schema/rounds-schema.ts';

export type { AnswerValue } from '../pipeline/learning/answers.ts';
export type * from './schema/answers-schema.ts';
export type * from './schema/chat-schema.ts';
export type * from './schema/intake-schema.ts';
export type * from './schema/rounds-schema.ts';

/** The tables for Kysely. Times are ISO 8601 in UTC, candids are text, JSON is text, booleans are 0 or 1. */
export interface Database {
  alerts: AlertTable;
  stamps: StampTable;
  stamp_places: StampPlaceTable;
  features: FeatureTable;
  objects: ObjectTable;
  pool: PoolTable;
  counts: CountTable;
  pulls: PullTable;
  quarantine: QuarantineTable;
  rounds: RoundTable;
  candidates: CandidateTable;
  spares: SpareTable;
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
  histories: HistoryTable;
  sherlock: SherlockTable;
  sherlock_calls: SherlockCallTable;
  facts: KeyValueTable;
  archives: ArchiveTable;
  imported_labels: ImportedLabelTable;
  imported_training: ImportedTrainingTable;
  ingest_processes: IngestProcessTable;
}

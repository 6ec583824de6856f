import { Buffer } from 'node:buffer';

export interface MlflowMetric {
  readonly key: string;
  /** Finite: JSON has no other numbers. */
  readonly value: number;
  /** Unix time, ms. */
  readonly timestamp: number;
  readonly step: number;
}

export interface MlflowEntry {
  readonly key: string;
  readonly value: string;
}

/** What runs/log-batch takes. */
export interface RunData {
  readonly metrics?: readonly MlflowMetric[];
  readonly params?: readonly MlflowEntry[];
  readonly tags?: readonly MlflowEntry[];
}

/** MLflow's limits of one runs/log-batch request. */
export const BATCH_LIMITS = { items: 1000, params: 100, tags: 100, bytes: 1_000_000 } as const;

/** Left free for the run's id, names and brackets. */
const ENVELOPE_BYTES = 2000;

interface Batch {
  readonly metrics: MlflowMetric[];
  readonly params: MlflowEntry[];
  readonly tags: MlflowEntry[];
}

/** The same data in as few requests as MLflow's limits allow, in order; none when there is nothing. */
export const logBatches = ({ metrics = [], params = [], tags = [] }: RunData): Required<RunData>[] => {
  const batches: Batch[] = [];
  let batch: Batch = { metrics: [], params: [], tags: [] };
  let items = 0;
  let bytes = ENVELOPE_BYTES;
  const makeRoom = (item: object, full: boolean): void => {
    const size = Buffer.byteLength(JSON.stringify(item)) + 2;
    if (items > 0 && (full || items === BATCH_LIMITS.items || bytes + size > BATCH_LIMITS.bytes)) {
      batches.push(batch);
      batch = { metrics: [], params: [], tags: [] };
      items = 0;
      bytes = ENVELOPE_BYTES;
    }
    items += 1;
    bytes += size;
  };
  for (const param of params) {
    makeRoom(param, batch.params.length === BATCH_LIMITS.params);
    batch.params.push(param);
  }
  for (const tag of tags) {
    makeRoom(tag, batch.tags.length === BATCH_LIMITS.tags);
    batch.tags.push(tag);
  }
  for (const metric of metrics) {
    makeRoom(metric, false);
    batch.metrics.push(metric);
  }
  if (items > 0) batches.push(batch);
  return batches;
};

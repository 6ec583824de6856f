import type { Alert } from '../alert.ts';

/** Where a packet came from, for messages and for the quarantine. */
export interface Origin {
  /** A file's path, a topic's name, or the simulated night's name. */
  readonly name: string;
  /** `topic` has partition and offset; in a file `position` is the block or row, from 0. */
  readonly kind: 'file' | 'topic' | 'simulated';
  readonly partition?: number;
  readonly offset?: string;
  readonly position?: number;
}

/** What one packet became: an alert, or something that cannot be read, with the reason. */
export type ReadItem =
  | { readonly kind: 'alert'; readonly alert: Alert; readonly origin: Origin }
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      readonly origin: Origin;
      /** The bytes as received, where there are any to keep (at most one packet's). */
      readonly bytes: Uint8Array | null;
      /** The key that came with them (a Kafka record's schema), so that a later version can try again. */
      readonly key: Uint8Array | null;
    };

/**
 * Some packets read together. The reader calls `stored` once the store has them on disk: a Kafka source
 * commits its offsets then and only then; a file source has nothing to do.
 */
export interface ReadBatch {
  readonly items: readonly ReadItem[];
  stored(): Promise<void>;
}

/**
 * A stream of batches of at most some tens of packets, so that whoever reads it on the main thread never
 * computes for long. Ends when the source is exhausted; `return()` closes what it holds open.
 */
export interface AlertSource {
  /** Total number of packets, if it is known beforehand; for a progress bar. */
  readonly total: number | null;
  batches(): AsyncGenerator<ReadBatch, void, void>;
}

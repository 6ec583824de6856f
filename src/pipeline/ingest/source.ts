import { messageOf } from '../../lib/errors.ts';
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
export type ReadItem = AlertItem | UnreadableItem;

export interface AlertItem {
  readonly kind: 'alert';
  readonly alert: Alert;
  readonly origin: Origin;
  /** True for light packets and rows of tables, which say nothing of the object's history. */
  readonly isLight?: boolean;
  /**
   * For an alert from an archive, ours or the reference's: it was filtered when it was kept, and the file lacks
   * the fields that the criteria need.
   */
  readonly archived?: { readonly sepArcsec: number | null };
}

export interface UnreadableItem {
  readonly kind: 'unreadable';
  /** One line. */
  readonly reason: string;
  readonly origin: Origin;
  /** The bytes as received, where there are any to keep (at most one packet's). */
  readonly bytes: Uint8Array | null;
  /** The key that came with them (a Kafka record's schema), so that a later version can try again. */
  readonly key: Uint8Array | null;
  /** True for a whole file that can be read and holds no alerts. */
  readonly isForeign?: boolean;
}

export interface LeftAlone {
  readonly file: string;
  readonly reason: string;
}

/** Some libraries put what they could not read into their message. */
const LONGEST_REASON = 300;

/** Why something cannot be read, on one line. */
export const reasonOf = (error: unknown): string => {
  const line = messageOf(error).replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON - 1)}…`;
};

/**
 * An item of what cannot be read.
 *
 * @throws the error itself if it must end the whole pull
 */
export const unreadable = (
  error: unknown,
  origin: Origin,
  bytes: Uint8Array | null = null,
  key: Uint8Array | null = null,
): UnreadableItem => {
  if (error instanceof OtherSurveyError) throw error;
  const item = { kind: 'unreadable', reason: reasonOf(error), origin, bytes, key } as const;
  return error instanceof NoAlertsError ? { ...item, isForeign: true } : item;
};

/** What is read is well-formed and holds no alerts. */
export class NoAlertsError extends Error {
  override readonly name = 'NoAlertsError';
}

/** Packets of another survey: no other packet of this source can be read either, so the pull ends. */
export class OtherSurveyError extends Error {
  override readonly name = 'OtherSurveyError';
}

/**
 * Some packets read together. The reader calls `stored` once the store has them on disk: a Kafka source
 * commits its offsets then and only then; a file source has nothing to do.
 */
export interface ReadBatch {
  readonly items: readonly ReadItem[];
  /** Files beside packets that hold something else (labels, features): they are named and left as they are. */
  readonly leftAlone?: readonly LeftAlone[];
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

/** A source that ends after so many packets; what lies behind them is not read. */
export const limitSource = (source: AlertSource, limit: number): AlertSource => {
  return {
    total: source.total === null ? null : Math.min(source.total, limit),
    async *batches() {
      let left = limit;
      for await (const batch of source.batches()) {
        // A batch is cut only where nothing is committed by it: a topic keeps its limit itself.
        yield batch.items.length <= left ? batch : { ...batch, items: batch.items.slice(0, left) };
        left -= batch.items.length;
        if (left <= 0) return;
      }
    },
  };
};

import type { Batch, KafkaMessage } from 'kafkajs';
import type { BatchHead } from './batch-head.ts';

/** A message as kafkajs hands it on from a fetch; it leaves out those of control records and aborted transactions. */
export interface FetchedMessage extends Omit<KafkaMessage, 'size' | 'headers'> {
  readonly headers: Readonly<Record<string, Buffer | Buffer[] | null>>;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  /** Of a message that stands for what could not be read. */
  readonly damage?: Damage;
}

export interface Damage {
  readonly reason: string;
  /** The first offset that the message stands for; its own is the last. */
  readonly firstOffset: string;
}

/** Offsets that are told of one by one; of more a single message tells. */
const mostMessages = 1000n;

const nothing = { key: null, value: null, headers: {}, attributes: 0, timestamp: '0' } as const;
const noTransaction = { producerId: '-1', inTransaction: false } as const;

/** A message without key and value in place of those that cannot be read. */
export const damagedMessage = (first: bigint, last: bigint, reason: string): FetchedMessage => ({
  ...nothing,
  offset: last.toString(),
  isControlRecord: false,
  batchContext: noTransaction,
  damage: { reason, firstOffset: first.toString() },
});

/** In place of messages that cannot be read: one for each offset, or one for all where they are many. */
export function damagedMessages(first: bigint, last: bigint, reason: string): FetchedMessage[] {
  const count = last - first + 1n;
  if (count > mostMessages) return [damagedMessage(first, last, `${reason} (${count} offsets)`)];
  return Array.from({ length: Math.max(0, Number(count)) }, (_, i) => {
    const offset = first + BigInt(i);
    return damagedMessage(offset, offset, reason);
  });
}

/** A control record, which is handed to nobody: by it kafkajs learns that nothing is left up to an offset. */
export const passedMessage = (offset: bigint): FetchedMessage => ({
  ...nothing,
  offset: offset.toString(),
  isControlRecord: true,
  batchContext: noTransaction,
});

/** Why a message of a fetch could not be read; null for one as it was sent. */
export function damageOf(message: Pick<FetchedMessage, 'damage'> | object): Damage | null {
  return 'damage' in message ? (message.damage ?? null) : null;
}

/**
 * All messages of a fetch's answer. A broker answers with whole batches, so that the first may begin before the
 * offset that was asked for; kafkajs leaves those messages out.
 */
export function rawMessagesOf(batch: Batch): readonly FetchedMessage[] {
  const { rawMessages }: Batch & { readonly rawMessages?: readonly FetchedMessage[] } = batch;
  if (rawMessages === undefined) throw new Error('kafkajs hands on no raw messages');
  return rawMessages;
}

/** The messages before the offset that was asked for. Of transactions there are none: one may be aborted. */
export function messagesBefore(batch: Batch): FetchedMessage[] {
  const first = batch.firstOffset();
  if (first === null) return [];
  return rawMessagesOf(batch).filter(
    ({ offset, isControlRecord, batchContext }) =>
      BigInt(offset) < BigInt(first) && !isControlRecord && !batchContext.inTransaction,
  );
}

/** How errors name a batch. */
export const nameOf = ({ firstOffset, lastOffset }: Pick<BatchHead, 'firstOffset' | 'lastOffset'>): string =>
  `the batch of offsets ${firstOffset} to ${lastOffset}`;

import { crc32c } from '@node-rs/crc32';

/** What stands before a batch's records in Kafka's message format, version 2. */
export interface BatchHead {
  /** Place of the batch among the bytes, and of the byte behind it. */
  readonly start: number;
  readonly end: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly codec: number;
  readonly inTransaction: boolean;
  readonly isControl: boolean;
  readonly timestamp: bigint;
  readonly producerId: bigint;
  readonly count: number;
}

/** Bytes of the head, up to the records. */
export const headSize = 61;
/** Places of the head's fields; what `length` counts begins behind it, what the checksum covers at `attributes`. */
const FIELDS = {
  firstOffset: 0,
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  producerId: 43,
  count: 57,
} as const;
const BEHIND_LENGTH = 12;
const CODEC = 0x07;
const IN_TRANSACTION = 0x10;
const CONTROL = 0x20;

/** The head that begins at a place with `headSize` bytes; of damaged bytes it is what they say. */
export function readHead(bytes: Buffer, start: number): BatchHead {
  const firstOffset = bytes.readBigInt64BE(start + FIELDS.firstOffset);
  const attributes = bytes.readInt16BE(start + FIELDS.attributes);
  return {
    start,
    end: start + BEHIND_LENGTH + bytes.readInt32BE(start + FIELDS.length),
    firstOffset,
    lastOffset: firstOffset + BigInt(bytes.readInt32BE(start + FIELDS.lastOffsetDelta)),
    codec: attributes & CODEC,
    inTransaction: (attributes & IN_TRANSACTION) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    timestamp: bytes.readBigInt64BE(start + FIELDS.firstTimestamp),
    producerId: bytes.readBigInt64BE(start + FIELDS.producerId),
    count: bytes.readInt32BE(start + FIELDS.count),
  };
}

/** The message format that the byte at its place names. */
export const formatOf = (bytes: Buffer, start: number): number => bytes.readInt8(start + FIELDS.magic);

/** What is wrong with a head or with the checksum of its batch; null where nothing is. */
export function faultOf(bytes: Buffer, head: BatchHead): string | null {
  const format = formatOf(bytes, head.start);
  if (format !== 2) return `its format is ${format}, not 2`;
  const length = head.end - head.start - BEHIND_LENGTH;
  if (head.end - head.start < headSize) return `its length of ${length} bytes is less than its head`;
  if (head.end > bytes.length) return `its length of ${length} bytes reaches beyond what there is`;
  if (head.firstOffset < 0n) return `its offset ${head.firstOffset} is negative`;
  if (head.lastOffset < head.firstOffset) return 'it ends before its first offset';
  const said = bytes.readUInt32BE(head.start + FIELDS.crc);
  return crc32c(bytes.subarray(head.start + FIELDS.attributes, head.end)) === said
    ? null
    : 'its checksum is wrong';
}

/** Bytes whose checksum one search may take: it is bounded whatever the bytes say. */
const searchBudget = 64 * 2 ** 20;

/** The first whole and sound batch at or behind a place whose offset is above `above`; null where there is none. */
export function findBatch(bytes: Buffer, from: number, above: bigint): BatchHead | null {
  let budget = searchBudget;
  for (let start = from; start + headSize <= bytes.length && budget > 0; start++) {
    // No topic has 2^56 messages, so that an offset's first byte is 0.
    if (bytes[start] !== 0 || formatOf(bytes, start) !== 2) continue;
    const head = readHead(bytes, start);
    const length = head.end - start;
    if (length < headSize || head.end > bytes.length || head.firstOffset <= above) continue;
    budget -= length;
    if (faultOf(bytes, head) === null) return head;
  }
  return null;
}

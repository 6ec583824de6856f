import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../../source.ts';
import { type BatchHead, headSize } from './batch-head.ts';
import { damagedMessage, damagedMessages, type FetchedMessage, nameOf } from './fetched-message.ts';

/** By the number in a batch's head; 0 means that nothing is compressed. */
export type Decompressors = ReadonlyMap<number, (data: Buffer) => Promise<Buffer>>;

/** No batch of alerts has more: a broker accepts some MB of them, and an alert has some kB. */
export const mostRecords = 100_000;
/** A length, attributes, time and offset, key, value and number of headers: a byte each at least. */
const smallestRecord = 7;
/** Records decoded before others on this thread have their turn. */
const turn = 5000;

/** Steps through bytes; each step throws where they end. */
function createCursor(bytes: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new Error(`a length of ${length} bytes`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  /** A zigzag number of seven bits a byte. */
  const varint = (mostBytes = 5): number => {
    let raw = 0;
    for (let i = 0, scale = 1; i < mostBytes; i++, scale *= 0x80) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      raw += (byte % 0x80) * scale;
      if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
    }
    throw new Error('a number that does not end');
  };
  /** Bytes with their length before them; null for a length of -1. */
  const sized = (): Buffer | null => {
    const length = varint();
    return length === -1 ? null : take(length);
  };
  return { take, varint, sized, isAtEnd: () => at === bytes.length };
}

interface DecodedRecord extends Pick<FetchedMessage, 'attributes' | 'key' | 'value' | 'headers'> {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
}

/** @throws Error where it has not the fields of a record */
function decodeRecord(record: Buffer): DecodedRecord {
  const { take, varint, sized, isAtEnd } = createCursor(record);
  const attributes = take(1).readInt8();
  const timestampDelta = varint(10);
  const offsetDelta = varint();
  const key = sized();
  const value = sized();
  const headers = new Map<string, Buffer | Buffer[] | null>();
  const count = varint();
  if (count < 0 || count > record.length) throw new Error(`it claims ${count} headers`);
  for (let i = 0; i < count; i++) {
    const name = sized();
    if (name === null) throw new Error('a header without a name');
    headers.set(name.toString(), sized());
  }
  if (!isAtEnd()) throw new Error('bytes behind its fields');
  return { attributes, timestampDelta, offsetDelta, key, value, headers: Object.fromEntries(headers) };
}

/** @throws Error where its kind is unknown, or it cannot be decompressed within bounds */
async function recordsOf(bytes: Buffer, head: BatchHead, decompressors: Decompressors): Promise<Buffer> {
  const stored = bytes.subarray(head.start + headSize, head.end);
  if (head.codec === 0) return stored;
  const decompress = decompressors.get(head.codec);
  if (decompress === undefined) throw new Error(`compression ${head.codec} is unknown`);
  return decompress(stored);
}

/** What one batch holds, and the bytes of its records without compression. */
export interface DecodedBatch {
  readonly messages: FetchedMessage[];
  readonly size: number;
}

/**
 * The messages of a batch whose checksum is right. Never throws: a record that is damaged, or all of a batch that
 * cannot be decompressed or claims an impossible number of records, becomes messages that say so.
 */
export async function decodeBatch(
  bytes: Buffer,
  head: BatchHead,
  decompressors: Decompressors,
): Promise<DecodedBatch> {
  const { firstOffset, lastOffset, count } = head;
  const unreadable = (reason: string, from = firstOffset): FetchedMessage[] =>
    damagedMessages(from, lastOffset, `${nameOf(head)} ${reason}`);
  if (count < 0) return { messages: unreadable(`claims ${count} records`), size: 0 };
  if (count > mostRecords)
    return { messages: unreadable(`has ${count} records, more than ${mostRecords}`), size: 0 };
  let records: Buffer;
  try {
    records = await recordsOf(bytes, head, decompressors);
  } catch (error) {
    return { messages: unreadable(`cannot be decompressed: ${reasonOf(error)}`), size: 0 };
  }
  const size = records.length;
  if (count * smallestRecord > size)
    return { messages: unreadable(`claims ${count} records in ${size} bytes`), size };

  const cursor = createCursor(records);
  const messages: FetchedMessage[] = [];
  const batchContext = { producerId: head.producerId.toString(), inTransaction: head.inTransaction };
  let next = firstOffset;
  const messageOf = (record: Buffer): FetchedMessage => {
    try {
      const { offsetDelta, timestampDelta, ...fields } = decodeRecord(record);
      const offset = firstOffset + BigInt(offsetDelta);
      if (offset < next || offset > lastOffset) throw new Error(`its offset is ${offset}`);
      const timestamp = (head.timestamp + BigInt(timestampDelta)).toString();
      const isControlRecord = head.isControl;
      return { ...fields, offset: offset.toString(), timestamp, isControlRecord, batchContext };
    } catch (error) {
      return damagedMessage(next, next, `the record is damaged: ${reasonOf(error)}`);
    }
  };
  for (let i = 0; i < count; i++) {
    if (i % turn === turn - 1) await setImmediate();
    let record: Buffer;
    try {
      record = cursor.take(cursor.varint());
    } catch (error) {
      messages.push(...unreadable(`is damaged from offset ${next} on: ${reasonOf(error)}`, next));
      return { messages, size };
    }
    const message = messageOf(record);
    messages.push(message);
    next = BigInt(message.offset) + 1n;
  }
  return cursor.isAtEnd()
    ? { messages, size }
    : { messages: unreadable('holds more than its records'), size };
}

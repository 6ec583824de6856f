import { randomUUID } from 'node:crypto';
import { reasonOf } from '../../source.ts';

/*
 * kafkajs decompresses a batch while it decodes a fetch, and ends the consumer when that fails: nothing behind
 * such a batch would ever be read. So a batch that cannot be decompressed is taken for one of empty messages at
 * the same offsets, each of which says why it is empty.
 */

/** Name of the header that says why; nobody outside of this process can know it. */
const REASON = `finkvra-unreadable-${randomUUID()}`;

/** Places of a record batch's fields before its records (Kafka's message format, version 2). */
const FIELDS = { firstOffset: -61, length: -53, magic: -45, lastOffsetDelta: -38, count: -4 } as const;
const BEHIND_LENGTH = 49;
/** More messages are in no batch: brokers accept some MB of them. */
const mostRecords = 1_000_000;
const mostReasons = 10_000;

interface BatchHead {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly count: number;
}

/** What stands before a batch's compressed records, of which kafkajs gives a view. @throws where that is none */
const headOf = (records: Buffer): BatchHead => {
  const start = records.byteOffset + FIELDS.firstOffset;
  if (start < 0) throw new Error('records that lie in no batch');
  const view = new DataView(records.buffer, start, -FIELDS.firstOffset);
  const at = (field: keyof typeof FIELDS): number => FIELDS[field] - FIELDS.firstOffset;
  const head = {
    firstOffset: view.getBigInt64(at('firstOffset')),
    lastOffsetDelta: view.getInt32(at('lastOffsetDelta')),
    count: view.getInt32(at('count')),
  };
  const isBatch =
    view.getInt8(at('magic')) === 2 && view.getInt32(at('length')) === BEHIND_LENGTH + records.length;
  if (!isBatch || head.count < 1 || head.count > mostRecords || head.lastOffsetDelta < head.count - 1)
    throw new Error('records of a batch that claims to be what none is');
  return head;
};

/** A number as records have it: zigzag, seven bits a byte. */
const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
};
const sized = (bytes: Buffer): Buffer => Buffer.concat([varint(bytes.length), bytes]);

/** Records without key and value, with the reason as their only header. */
const emptyRecords = ({ firstOffset, lastOffsetDelta, count }: BatchHead, error: unknown): Buffer => {
  const until = firstOffset + BigInt(lastOffsetDelta);
  const reason = `the batch of offsets ${firstOffset} to ${until} cannot be decompressed: ${reasonOf(error)}`;
  const none = varint(-1);
  const headerOf = (text: string): Buffer =>
    Buffer.concat([varint(1), sized(Buffer.from(REASON)), sized(Buffer.from(text))]);
  const first = headerOf(reason);
  // So many messages would take too much memory to have it each.
  const others = count <= mostReasons ? first : headerOf('the batch cannot be decompressed');
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => {
      const offset = varint(i === count - 1 ? lastOffsetDelta : i);
      const [attributes, timestamp] = [Buffer.from([0]), varint(0)];
      return sized(Buffer.concat([attributes, timestamp, offset, none, none, i === 0 ? first : others]));
    }),
  );
};

/** Walks the lengths of records. @throws where there are fewer or more than the batch says */
const checkRecords = (records: Buffer, count: number): void => {
  let at = 0;
  for (let i = 0; i < count; i++) {
    let length = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = records[at++] ?? Number.NaN;
      length += (byte % 0x80) * scale;
      scale *= 0x80;
    } while (byte >= 0x80 && scale < 2 ** 36);
    at += length % 2 === 0 ? length / 2 : Number.NaN;
    if (!(at <= records.length)) throw new Error('its records are cut off');
  }
  if (at !== records.length) throw new Error('it holds more than its records');
};

/**
 * A codec's decompression whose failures become messages that say why.
 * @throws where even the batch's head is damaged
 */
export const forgiving =
  (decompress: (data: Buffer) => Promise<Buffer>) =>
  async (data: Buffer): Promise<Buffer> => {
    try {
      const records = await decompress(data);
      checkRecords(records, headOf(data).count);
      return records;
    } catch (error) {
      return emptyRecords(headOf(data), error);
    }
  };

type Headers = Readonly<Record<string, unknown>>;

/** Why a message's batch could not be decompressed; null for a message as it was sent. */
export const whyUnreadable = (headers: Headers | undefined): string | null => {
  const reason = headers?.[REASON];
  return reason instanceof Uint8Array ? Buffer.from(reason).toString() : null;
};

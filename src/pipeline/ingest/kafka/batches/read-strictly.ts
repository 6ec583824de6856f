import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import { formatOf } from './batch-head.ts';
import type { Decompressors } from './decode-batch.ts';
import { decodeRecordSet } from './decode-record-set.ts';
import type { FetchedMessage } from './fetched-message.ts';

/** kafkajs's reader of an answer to a fetch, at one partition's batches. */
interface AnswerReader {
  offset: number;
  readInt32(): number;
  canReadBytes(length: number): boolean;
  readBytes(length: number): Buffer;
}
type DecodeMessages = (reader: AnswerReader) => Promise<readonly unknown[]>;

const DECODER = './src/protocol/requests/fetch/v4/decodeMessages.js';
const isOurs = Symbol('reads batches strictly');

/** Place of the checksum of the message formats before the present one, and of what it covers. */
const LEGACY = { size: 8, crc: 12, covered: 16 } as const;

/** Whether the bytes begin with a message of the formats 0 or 1, of brokers before Kafka 0.11. */
function isLegacy(bytes: Buffer): boolean {
  if (bytes.length <= LEGACY.covered || formatOf(bytes, 0) > 1 || formatOf(bytes, 0) < 0) return false;
  const end = LEGACY.crc + bytes.readInt32BE(LEGACY.size);
  const isWhole = end > LEGACY.covered && end <= bytes.length;
  return isWhole && crc32(bytes.subarray(LEGACY.covered, end)) === bytes.readUInt32BE(LEGACY.crc);
}

/**
 * Makes kafkajs decode what it fetches with `decodeRecordSet`. Its own decoder ends the consumer at the first
 * damaged batch, so that nothing behind it would ever be read, checks no checksum, and fails at about 100,000
 * records; it has no place to put another, so its module is replaced for the whole process, before it is first used.
 * To call this again does no harm.
 *
 * @throws Error where kafkajs is not the version this was written for
 */
export function readStrictly(decompressors: Decompressors): void {
  const load = createRequire(createRequire(import.meta.url).resolve('kafkajs'));
  const legacy: DecodeMessages & { [isOurs]?: true } = load(DECODER);
  if (legacy[isOurs]) return;
  const module = load.cache[load.resolve(DECODER)];
  if (module === undefined) throw new Error(`kafkajs keeps no decoder of messages in ${DECODER}`);
  const decode = async (reader: AnswerReader): Promise<readonly (FetchedMessage | unknown)[]> => {
    const start = reader.offset;
    const size = reader.readInt32();
    if (size <= 0 || !reader.canReadBytes(size)) return [];
    const bytes = reader.readBytes(size);
    if (isLegacy(bytes)) {
      reader.offset = start;
      return legacy(reader);
    }
    return decodeRecordSet(bytes, decompressors);
  };
  module.exports = Object.assign(decode, { [isOurs]: true });
}

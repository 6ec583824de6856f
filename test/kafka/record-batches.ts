import { crc32c } from '@node-rs/crc32';

/** What a head claims where it is not what the batch holds. */
export interface HeadClaims {
  readonly codec?: number;
  readonly count?: number;
  readonly lastOffsetDelta?: number;
  readonly isControl?: boolean;
}

/** A record batch as brokers send it (Kafka's message format, version 2) around records, compressed or not. */
export function recordBatch(first: number, count: number, records: Buffer, claims: HeadClaims = {}): Buffer {
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(first), 0);
  head.writeInt32BE(49 + records.length, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE((claims.codec ?? 0) + (claims.isControl ? 0x20 : 0), 21);
  head.writeInt32BE(claims.lastOffsetDelta ?? count - 1, 23);
  head.writeBigInt64BE(-1n, 43);
  head.writeInt32BE(claims.count ?? count, 57);
  const batch = Buffer.concat([head, records]);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

/** A record's number: zigzag, seven bits a byte. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

/** One record without key and headers; `valueLength` where it claims another than it has. */
export function batchRecord(delta: number, value: string, valueLength = value.length): Buffer {
  const fields = [varint(0), varint(delta), varint(-1), varint(valueLength), Buffer.from(value), varint(0)];
  const body = Buffer.concat([Buffer.from([0]), ...fields]);
  return Buffer.concat([varint(body.length), body]);
}

export const batchRecords = (values: readonly string[]): Buffer =>
  Buffer.concat(values.map((value, i) => batchRecord(i, value)));

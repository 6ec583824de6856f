import type { Leaf, LeafCode } from './packet-schema.ts';

/** A field's value; null writes the union's null. */
export type LeafValue = number | bigint | string | boolean | null;

/** Values of a record's fields by name; a field that is not named is null. */
export type LeafValues = Readonly<Record<string, LeafValue>>;

const FIRST_SIZE = 1 << 16;

/** Writes Avro binary (Avro 1.11 specification, "Binary Encoding") into a buffer that grows. */
export interface AvroWriter {
  /** The fields of a record in their order, each a union of its type and null. */
  record(fields: readonly Leaf[], values: LeafValues): void;
  /** One value of a union of its type and null. */
  leaf(code: LeafCode, value: LeafValue): void;
  bytes(value: Uint8Array): void;
  /** An int or a long, without a union: a block's count, a union's branch. */
  long(value: number): void;
  /** What was written. */
  finish(): Buffer;
}

export function createAvroWriter(): AvroWriter {
  let buffer = Buffer.allocUnsafe(FIRST_SIZE);
  let at = 0;

  const reserve = (size: number): void => {
    if (at + size <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + size));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };

  const long = (value: number | bigint): void => {
    reserve(10);
    if (typeof value === 'number' && Math.abs(value) < 2 ** 30) {
      let rest = value < 0 ? -2 * value - 1 : 2 * value;
      while (rest > 127) {
        buffer[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      buffer[at++] = rest;
      return;
    }
    const whole = BigInt(value);
    let rest = whole < 0n ? -2n * whole - 1n : 2n * whole;
    while (rest > 127n) {
      buffer[at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    buffer[at++] = Number(rest);
  };

  const text = (value: string): void => {
    const size = Buffer.byteLength(value);
    long(size);
    reserve(size);
    at += buffer.write(value, at);
  };

  const leaf = (code: LeafCode, value: LeafValue): void => {
    reserve(12);
    if (value === null) {
      buffer[at++] = 2;
      return;
    }
    buffer[at++] = 0;
    if (code === 's' && typeof value === 'string') text(value);
    else if (code === 'b' && typeof value === 'boolean') buffer[at++] = value ? 1 : 0;
    else if (code === 'f' && typeof value === 'number') at = buffer.writeFloatLE(value, at);
    else if (code === 'd' && typeof value === 'number') at = buffer.writeDoubleLE(value, at);
    else if ((code === 'i' || code === 'l') && isInteger(value)) long(value);
    else throw new TypeError(`${String(value)} (${typeof value}) is no Avro ${code}`);
  };

  return {
    record: (fields, values) => {
      for (const { name, code } of fields) leaf(code, values[name] ?? null);
    },
    leaf,
    bytes: (value) => {
      long(value.length);
      reserve(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    long,
    finish: () => Buffer.from(buffer.subarray(0, at)),
  };
}

const isInteger = (value: LeafValue): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));

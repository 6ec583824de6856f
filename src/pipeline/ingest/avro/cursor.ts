/** A place in a buffer of Avro binary. Every read checks the end: a short buffer throws `AvroDataError`. */
export interface Cursor {
  readonly bytes: Buffer;
  /** The same bytes, to read numbers of several bytes. */
  readonly view: DataView;
  readonly end: number;
  position: number;
  /** Steps left for reading lists. Without a limit, items of zero bytes could be read for hours. */
  budget: number;
}

/** A field that may be null takes two steps and at least one byte; records around it add some steps. */
const STEPS_PER_BYTE = 8;
const LEAST_BUDGET = 20_000;

/** The bytes do not hold what the schema says they do. */
export class AvroDataError extends Error {
  override readonly name = 'AvroDataError';
}

export const cursorOver = (bytes: Uint8Array): Cursor => ({
  bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  end: bytes.byteLength,
  position: 0,
  budget: LEAST_BUDGET + STEPS_PER_BYTE * bytes.byteLength,
});

export const truncated = (cursor: Cursor): AvroDataError =>
  new AvroDataError(`the data end too early (after ${cursor.end} bytes)`);

/** Moves on by `size` bytes and returns where they begin. */
export const take = (cursor: Cursor, size: number): number => {
  const start = cursor.position;
  if (size > cursor.end - start) throw truncated(cursor);
  cursor.position = start + size;
  return start;
};

function nextByte(cursor: Cursor): number {
  const byte = cursor.position < cursor.end ? cursor.bytes[cursor.position] : undefined;
  if (byte === undefined) throw truncated(cursor);
  cursor.position++;
  return byte;
}

/**
 * A zigzag variable-length int or long: a number where that is exact, else a bigint.
 * (A candid needs 62 bits.)
 */
export const readLong = (cursor: Cursor): number | bigint => {
  let byte = nextByte(cursor);
  let value = byte & 0x7f;
  let scale = 0x80;
  // Seven bytes hold 49 bits, which a number holds exactly.
  for (let count = 1; byte >= 0x80; count++) {
    if (count === 7) return readLongTail(cursor, value);
    byte = nextByte(cursor);
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
};

function readLongTail(cursor: Cursor, low: number): number | bigint {
  let value = BigInt(low);
  for (let shift = 49n; shift <= 63n; shift += 7n) {
    const byte = nextByte(cursor);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      const zigzag = BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
      const number = Number(zigzag);
      return Number.isSafeInteger(number) ? number : zigzag;
    }
  }
  throw new AvroDataError('a number is longer than 64 bits');
}

/** The length of a string or of bytes, or an index: a number that is not negative. */
export const readSize = (cursor: Cursor): number => {
  const size = readLong(cursor);
  if (typeof size !== 'number' || size < 0) throw new AvroDataError(`a length of ${size} bytes`);
  return size;
};

/**
 * The number of items in the next block of an array or map; 0 at its end. A damaged count could keep a reader
 * busy for hours. So more items than bytes left is an error; and, since some items take no bytes, so are more
 * steps than all the bytes can justify.
 *
 * @param steps that reading one item takes (see schema-budget.ts)
 */
export const readBlockCount = (cursor: Cursor, steps: number): number => {
  let count = readLong(cursor);
  if (count < 0) {
    count = -count;
    readSize(cursor);
  }
  if (count > cursor.end - cursor.position) {
    throw new AvroDataError(`an array of ${count} items in ${cursor.end - cursor.position} bytes`);
  }
  const items = Number(count);
  spend(cursor, items * steps);
  return items;
};

/** @throws AvroDataError if the data took more steps than their bytes can justify */
export const spend = (cursor: Cursor, steps: number): void => {
  cursor.budget -= steps;
  if (cursor.budget < 0) throw new AvroDataError(`more items than ${cursor.end} bytes can hold`);
};

/*
 * hyparquet trusts what it reads: a damaged count makes it loop and allocate until the process dies. These
 * checks walk the same bytes first without decoding them. They let through only bytes whose decoding costs
 * about as much as they are long.
 */

/** Thrown where bytes are not what they claim to be. */
export class ParquetDataError extends Error {
  override readonly name = 'ParquetDataError';
}

const damaged = (what: string): ParquetDataError => new ParquetDataError(what);

/** A variable-length number and the place behind it. @throws ParquetDataError when it does not end */
function varint(bytes: Uint8Array, at: number, end: number, most: number): { value: number; next: number } {
  let value = 0;
  let scale = 1;
  for (let count = 0; count < most; count++) {
    const byte = at + count < end ? bytes[at + count] : undefined;
    if (byte === undefined) throw damaged('a number is cut off');
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next: at + count + 1 };
    scale *= 128;
  }
  throw damaged(`a number of more than ${most} bytes`);
}

/** No structs of a footer or page header are nested deeper. */
const DEEPEST_STRUCT = 16;

/**
 * Walks one struct of Thrift's compact protocol, as footers and page headers are.
 *
 * @returns the place behind it
 * @throws ParquetDataError when it is cut off, or claims what its bytes cannot hold
 */
export const checkThrift = (bytes: Uint8Array, start: number, depth = 0): number => {
  if (depth > DEEPEST_STRUCT) throw damaged('structs that lie too deep in each other');
  const end = bytes.length;
  let at = start;
  for (;;) {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged('a struct is cut off');
    const type = byte & 0x0f;
    if (type === 0) return at;
    // Without a difference the field's number follows.
    if (byte >> 4 === 0) at = varint(bytes, at, end, 5).next;
    at = checkElement(bytes, at, type, depth);
  }
};

function checkElement(bytes: Uint8Array, start: number, type: number, depth: number): number {
  const end = bytes.length;
  switch (type) {
    case 1: // true
    case 2: // false
      return start;
    case 3: // a byte
      return within(start + 1, end);
    case 4: // 16, 32 and 64 bits
    case 5:
    case 6:
      return varint(bytes, start, end, 10).next;
    case 7: // a double
      return within(start + 8, end);
    case 8: {
      const { value, next } = varint(bytes, start, end, 5);
      return within(next + value, end);
    }
    case 9:
      return checkList(bytes, start, depth);
    case 12:
      return checkThrift(bytes, start, depth + 1);
    default:
      throw damaged(`a field of the unknown type ${type}`);
  }
}

function checkList(bytes: Uint8Array, start: number, depth: number): number {
  const end = bytes.length;
  const head = bytes[start];
  if (head === undefined) throw damaged('a list is cut off');
  if (depth > DEEPEST_STRUCT) throw damaged('lists that lie too deep in each other');
  const long = head >> 4 === 15 ? varint(bytes, start + 1, end, 5) : null;
  const size = long?.value ?? head >> 4;
  let at = long?.next ?? start + 1;
  // Every element takes a byte at least.
  if (size > end - at) throw damaged(`a list of ${size} elements in ${end - at} bytes`);
  const elementType = head & 0x0f;
  const isBoolean = elementType === 1 || elementType === 2;
  for (let i = 0; i < size; i++) at = checkElement(bytes, at, isBoolean ? 3 : elementType, depth + 1);
  return at;
}

function within(at: number, end: number): number {
  if (at > end) throw damaged('a value is cut off');
  return at;
}

/** A writer may fill the last bit-packed run up. */
const PADDING = 512;

/**
 * Walks the runs of the hybrid of run lengths and bit packing (Parquet format, "RLE/Bit-Packing Hybrid").
 *
 * @param width bits a value
 * @param count values wanted
 * @param most the largest value that there may be
 * @returns how many of the values are `most`
 * @throws ParquetDataError when there are fewer values, a run claims many more, or a value is larger
 */
export const checkHybrid = (
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  count: number,
  most: number,
): number => {
  if (width > 32) throw damaged(`values of ${width} bits`);
  if (end > bytes.length) throw damaged('runs that reach beyond their page');
  let at = start;
  let seen = 0;
  let largest = 0;
  while (seen < count) {
    if (at >= end) throw damaged(`${seen} values where there should be ${count}`);
    const { value: head, next } = varint(bytes, at, end, 5);
    const isPacked = head % 2 === 1;
    const values = isPacked ? 8 * Math.floor(head / 2) : Math.floor(head / 2);
    if (values > count - seen + (isPacked ? PADDING : 0)) {
      throw damaged(`a run of ${values} values where ${count - seen} are left`);
    }
    const size = isPacked ? (values / 8) * width : Math.ceil(width / 8);
    // The bytes of the last run may end with its last value.
    const held = isPacked && width > 0 ? Math.floor((8 * (end - next)) / width) : values;
    if (!isPacked && next + size > end) throw damaged('a run is cut off');
    const read = Math.min(values, held, count - seen);
    if (isPacked) largest += packedAt(bytes, next, width, read, most);
    else if (read > 0 && valueAt(bytes, next, width, most) === most) largest += read;
    seen += read;
    if (held < values && seen < count) throw damaged(`${seen} values where there should be ${count}`);
    at = next + size;
  }
  return largest;
};

/** The value of a run, of `width` bits in whole bytes. @throws ParquetDataError when it is above `most` */
function valueAt(bytes: Uint8Array, at: number, width: number, most: number): number {
  let value = 0;
  for (let i = Math.ceil(width / 8) - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  if (value > most) throw damaged(`a value of ${value} where ${most} is the largest`);
  return value;
}

/** How many of bit-packed values are `most`. @throws ParquetDataError when one is above */
function packedAt(bytes: Uint8Array, at: number, width: number, count: number, most: number): number {
  if (width === 0) return most === 0 ? count : 0;
  let largest = 0;
  let bits = 0;
  let have = 0;
  let from = at;
  const size = 2 ** width;
  for (let i = 0; i < count; i++) {
    // Not with shifts: up to 39 bits are held.
    while (have < width) {
      bits += (bytes[from++] ?? 0) * 2 ** have;
      have += 8;
    }
    const value = bits % size;
    bits = Math.floor(bits / size);
    have -= width;
    if (value > most) throw damaged(`a value of ${value} where ${most} is the largest`);
    if (value === most) largest++;
  }
  return largest;
}

const LARGEST_BLOCK = 65_536;
const MOST_MINIBLOCKS = 512;

/**
 * Walks delta-encoded integers (Parquet format, "Delta Encoding").
 *
 * @returns the place behind them
 * @throws ParquetDataError if there are fewer than `count`, or the blocks are malformed
 */
export const checkDelta = (bytes: Uint8Array, start: number, count: number): number => {
  const end = bytes.length;
  const block = varint(bytes, start, end, 5);
  const miniblocks = varint(bytes, block.next, end, 5);
  const total = varint(bytes, miniblocks.next, end, 5);
  const first = varint(bytes, total.next, end, 10);
  const perMiniblock = block.value / miniblocks.value;
  const isSound =
    block.value <= LARGEST_BLOCK &&
    miniblocks.value <= MOST_MINIBLOCKS &&
    Number.isInteger(perMiniblock) &&
    perMiniblock > 0 &&
    perMiniblock % 8 === 0;
  if (!isSound) throw damaged(`blocks of ${block.value} values in ${miniblocks.value} parts`);
  let at = first.next;
  for (let seen = 1; seen < count; ) {
    at = varint(bytes, at, end, 10).next;
    const widths = at;
    at = within(at + miniblocks.value, end);
    for (let i = 0; i < miniblocks.value && seen < count; i++) {
      const width = bytes[widths + i] ?? 0;
      if (width > 64) throw damaged(`values of ${width} bits`);
      const left = Math.min(perMiniblock, count - seen);
      if (at + Math.ceil((left * width) / 8) > end) throw damaged('a block is cut off');
      at += (perMiniblock * width) / 8;
      seen += perMiniblock;
    }
  }
  return Math.min(at, end);
};

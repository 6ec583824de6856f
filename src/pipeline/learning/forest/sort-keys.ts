/** Sorts keys in place, ascending. A key is rank * 2^24 + position, both below 2^24. */
export type KeySorter = (keys: Float64Array, count: number) => void;

/** Up to this many keys, inserting is fastest. */
const FEW = 24;

/** From this many, distributing by digits of the rank is faster than comparing. */
const MANY = 256;

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * A sorter for ranks up to `largestRank` that come with ascending positions: many keys are distributed by
 * one or two digits of 11 bits (radix sort), which keeps equal ranks in the order of their positions.
 */
export const createKeySorter = (capacity: number, largestRank: number): KeySorter => {
  const other = new Float64Array(capacity);
  const starts = new Int32Array(DIGITS);
  const passes = Math.max(1, Math.ceil(Math.log2(largestRank + 1) / DIGIT_BITS));

  const distribute = (from: Float64Array, to: Float64Array, count: number, shift: number): void => {
    starts.fill(0);
    for (let k = 0; k < count; k++) {
      const digit = (((from[k] ?? 0) / 0x100_0000) >>> shift) & (DIGITS - 1);
      starts[digit] = (starts[digit] ?? 0) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const size = starts[digit] ?? 0;
      starts[digit] = start;
      start += size;
    }
    for (let k = 0; k < count; k++) {
      const key = from[k] ?? 0;
      const digit = ((key / 0x100_0000) >>> shift) & (DIGITS - 1);
      const at = starts[digit] ?? 0;
      to[at] = key;
      starts[digit] = at + 1;
    }
  };

  return (keys, count) => {
    if (count <= FEW) {
      insertionSort(keys, count);
      return;
    }
    if (count < MANY) {
      keys.subarray(0, count).sort();
      return;
    }
    let from: Float64Array = keys;
    let to: Float64Array = other;
    for (let pass = 0; pass < passes; pass++) {
      distribute(from, to, count, pass * DIGIT_BITS);
      const swap = from;
      from = to;
      to = swap;
    }
    if (from !== keys) for (let k = 0; k < count; k++) keys[k] = from[k] ?? 0;
  };
};

const insertionSort = (keys: Float64Array, count: number): void => {
  for (let i = 1; i < count; i++) {
    const key = keys[i] ?? 0;
    let j = i - 1;
    for (; j >= 0 && (keys[j] ?? 0) > key; j--) keys[j + 1] = keys[j] ?? 0;
    keys[j + 1] = key;
  }
};

/** A stream of pseudo-random numbers that its seed determines. */
export interface Random {
  /** Uniform in the integers [-2^31, 2^31). */
  int32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  float(): number;
  /** Uniform in the integers [0, n), without modulo bias; 1 <= n <= 2^32. */
  below(n: number): number;
}

/**
 * sfc32, the Small Fast Counting generator (C. Doty-Humphrey, PractRand): 128 bits of state of which 32 are
 * a counter, so the period is at least 2^32. It is seeded through splitmix32 (the finaliser of MurmurHash3
 * over a Weyl sequence), so that near seeds give unrelated streams.
 *
 * `stream` separates uses of one seed: `createRandom(seed, tree)` for every tree of a forest. Seeds and
 * stream numbers are integers up to 2^53; all their bits count.
 */
export const createRandom = (seed: number, ...stream: readonly number[]): Random =>
  randomFrom(stream.reduce(hashWith, hashWith(0, seed)));

const hashWith = (hash: number, word: number): number => {
  if (!Number.isSafeInteger(word)) throw new RangeError(`A seed must be an integer, not ${word}.`);
  return splitmix32(splitmix32(hash ^ (word | 0)) ^ Math.floor(word / 0x1_0000_0000));
};

const randomFrom = (hash: number): Random => {
  let a = splitmix32(hash);
  let b = splitmix32(a);
  let c = splitmix32(b);
  let counter = 1;

  const int32 = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11) | 0) + result) | 0;
    return result;
  };
  // The first outputs of sfc32 still show the seed; its author discards 12.
  for (let i = 0; i < 12; i++) int32();

  const float = (): number => ((int32() >>> 5) * 0x400_0000 + (int32() >>> 6)) / 0x20_0000_0000_0000;
  const below = (n: number): number => {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let x = int32() >>> 0;
    while (x >= limit) x = int32() >>> 0;
    return x % n;
  };
  return { int32, float, below };
};

/**
 * A number in [0, 1) that the seed and the text determine: the same one whatever other texts there are.
 */
export const keyedUniform = (seed: number, text: string): number => {
  // A large pool needs a million of these, so no list of characters is made.
  let hash = hashWith(0, seed);
  for (let i = 0; i < text.length; i += 1) {
    hash = hashWith(hash, text.charCodeAt(i));
    // Of a surrogate pair the first one counts; changing that would change every draw.
    if ((text.codePointAt(i) ?? 0) > 0xffff) i += 1;
  }
  return randomFrom(hash).float();
};

const splitmix32 = (state: number): number => {
  let z = (state + 0x9e37_79b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
  return (z ^ (z >>> 16)) | 0;
};

/** A copy of `items` in random order. */
export const shuffle = <T>(items: readonly T[], random: Random): T[] => sample(items, items.length, random);

/**
 * `count` of `items` drawn without replacement, in the order drawn (the beginning of a
 * Fisher-Yates shuffle); all of them when there are fewer.
 */
export const sample = <T>(items: readonly T[], count: number, random: Random): T[] => {
  const order = Array.from({ length: items.length }, (_, i) => i);
  const drawn: T[] = [];
  for (let k = 0; k < Math.min(count, items.length); k++) {
    const other = k + random.below(items.length - k);
    const index = order[other] ?? 0;
    order[other] = order[k] ?? 0;
    drawn.push(...items.slice(index, index + 1));
  }
  return drawn;
};

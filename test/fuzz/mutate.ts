import { createRandom, type Random } from '../../src/pipeline/learning/seeded-random.ts';

/** Numbers that readers stumble over: ends of ranges, in one to eight bytes. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/**
 * A damaged copy of some bytes: one to eight changes, each of one kind (bits, bytes, edges of ranges, varints
 * without an end, pieces cut, doubled, moved or filled). The same seed and number give the same damage.
 */
export const mutate = (original: Uint8Array, seed: number, number: number): Buffer => {
  const random = createRandom(seed, number);
  let bytes: Buffer = Buffer.from(original);
  const changes = 1 + random.below(8);
  for (let i = 0; i < changes; i += 1) bytes = damage(bytes, random);
  return bytes;
};

const damage = (bytes: Buffer, random: Random): Buffer => {
  if (bytes.length === 0) return Buffer.from([random.below(256)]);
  const at = place(bytes, random);
  const size = 1 + random.below(Math.min(64, bytes.length - at));
  switch (random.below(10)) {
    case 0: {
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    }
    case 1: {
      bytes[at] = random.below(256);
      return bytes;
    }
    case 2: {
      const edge = EDGES[random.below(EDGES.length)] ?? 0;
      for (let i = 0; i < 4 && at + i < bytes.length; i += 1) bytes[at + i] = (edge >>> (8 * i)) & 0xff;
      return bytes;
    }
    case 3: // a number of many bytes
      bytes.fill(0xff, at, at + size);
      return bytes;
    case 4:
      bytes.fill(0, at, at + size);
      return bytes;
    case 5: // cut off
      return bytes.subarray(0, at);
    case 6: // a piece left out
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
    case 7: // a piece twice
      return Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)]);
    case 8: {
      // A piece from elsewhere.
      const from = random.below(bytes.length);
      const piece = Buffer.from(bytes.subarray(from, from + size));
      piece.copy(bytes, at);
      return bytes;
    }
    default: {
      // A larger number in its place.
      bytes[at] = Math.min(255, (bytes[at] ?? 0) * 2 + 1);
      return bytes;
    }
  }
};

/** Heads and tails are where formats say how much there is: every second change is there. */
const place = (bytes: Buffer, random: Random): number => {
  const edge = Math.min(600, bytes.length);
  switch (random.below(4)) {
    case 0:
      return random.below(edge);
    case 1:
      return bytes.length - 1 - random.below(edge);
    default:
      return random.below(bytes.length);
  }
};

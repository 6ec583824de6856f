import { UNCOMPRESSED_LIMIT } from '../../zlib-options.ts';

const FRAME = 0x184d2204;
/** Largest size of a block by its number in the frame's head. */
const BLOCKS: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };

/**
 * Walks the blocks of an LZ4 frame (LZ4 Frame Format 1.6), whose decompression has no limit of its own: each makes
 * at most the size of a block, and a few bytes may stand for all of it.
 *
 * @throws if it is not an LZ4 frame, is cut off, or claims to decompress to more than our limit
 */
export function checkLz4Frame(frame: Buffer): void {
  if (frame.length < 7 || frame.readUInt32LE(0) !== FRAME) throw new Error('not an LZ4 frame');
  const flags = frame.readUInt8(4);
  const largestBlock = BLOCKS[(frame.readUInt8(5) >> 4) & 7];
  if (largestBlock === undefined) throw new Error('an LZ4 frame with blocks of no known size');
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  for (let most = 0; ; most += largestBlock) {
    if (most > UNCOMPRESSED_LIMIT) throw new Error(`more than ${UNCOMPRESSED_LIMIT} bytes decompressed`);
    if (at + 4 > frame.length) throw new Error('an LZ4 frame that is cut off');
    // Its highest bit says that the block is not compressed.
    const size = frame.readUInt32LE(at) % 2 ** 31;
    if (size === 0) return;
    at += 4 + size + blockChecksum;
  }
}

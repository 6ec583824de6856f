import { snappyUncompressor } from 'hysnappy';

/**
 * Limits: no two bytes of Snappy decompress to more than the first; no block of alerts comes near the second.
 */
const MOST_GROWTH = 32;
const LARGEST_BLOCK = 128 * 1024 * 1024;

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/**
 * A decompressor of raw Snappy blocks: a varint with the decompressed size, then the data. It holds one
 * WebAssembly instance whose memory grows to the largest block seen.
 *
 * @param largest bytes of a decompressed block
 * The returned function throws where the bytes are not Snappy.
 */
export const createSnappy = (largest = LARGEST_BLOCK): ((bytes: Uint8Array) => Buffer) => {
  const uncompress = snappyUncompressor();
  return (bytes) => {
    const { size, start } = sizeOf(bytes);
    if (size > largest || size > MOST_GROWTH * bytes.byteLength)
      throw new Error(`Snappy data that claim to be ${size} bytes long`);
    if (size === 0) return Buffer.alloc(0);
    // hysnappy reads the size again itself; it wants to know it for its memory.
    if (start === bytes.byteLength) throw new Error('Snappy data that end after their header');
    const output = uncompress(bytes, size);
    return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  };
};

/**
 * Kafka's Java client frames Snappy as xerial's snappy-java does (magic, two versions, then blocks each
 * with a 4-byte length); librdkafka and others write one raw block. Decompresses either.
 */
export const createKafkaSnappy = (): ((bytes: Uint8Array) => Buffer) => {
  const uncompress = createSnappy();
  return (bytes) => {
    const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!input.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return uncompress(input);
    const blocks: Buffer[] = [];
    let total = 0;
    for (let at = XERIAL_HEADER; at < input.length; ) {
      if (at + 4 > input.length) throw new Error('Snappy data that end within a block length');
      const size = input.readUInt32BE(at);
      at += 4;
      if (size > input.length - at) throw new Error('Snappy data that end within a block');
      const block = uncompress(input.subarray(at, at + size));
      total += block.length;
      if (total > LARGEST_BLOCK) throw new Error(`Snappy data of more than ${LARGEST_BLOCK} bytes`);
      blocks.push(block);
      at += size;
    }
    return Buffer.concat(blocks);
  };
};

function sizeOf(bytes: Uint8Array): { size: number; start: number } {
  let size = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index];
    if (byte === undefined) break;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { size, start: index + 1 };
  }
  throw new Error('Snappy data without a size');
}

/** What claims to grow beyond this is damaged or meant ill: nothing of alerts comes near it. */
export const uncompressedLimit = 128 * 1024 * 1024;
const largestChunk = 4 * 1024 * 1024;

/**
 * Options for zlib's decompressors of data of this compressed size. zlib makes its output in chunks of 16 kB
 * unless told, and hands its work to another thread anew for each: for a batch of packets (700 kB) that takes
 * five times as long as to decompress it in one go.
 */
export const zlibOptions = (compressedSize: number) => ({
  maxOutputLength: uncompressedLimit,
  chunkSize: Math.min(Math.max(4 * compressedSize, 64 * 1024), largestChunk),
});

/**
 * The same where the size of the output is known; one byte more than that is allowed, so that data that are
 * longer are told of as damaged and not as too long.
 *
 * @throws Error when the size is none that anything has.
 */
export const zlibOptionsFor = (size: number) => ({
  maxOutputLength: checkedSize(size) + 1,
  chunkSize: Math.min(Math.max(size + 1, 1024), largestChunk),
});

/** @throws Error when the size that a page claims to have is none that anything has. */
export const checkedSize = (size: number): number => {
  if (size < 0 || size > uncompressedLimit) throw new Error(`a page that claims to be ${size} bytes long`);
  return size;
};

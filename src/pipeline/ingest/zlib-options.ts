/** What claims to grow beyond this is damaged or meant ill: no block of alerts comes near it. */
const maxOutputLength = 512 * 1024 * 1024;

/**
 * Options for zlib's decompressors of data of this compressed size. zlib makes its output in chunks of 16 kB
 * unless told, and hands its work to another thread anew for each: for a batch of packets (700 kB) that takes
 * five times as long as to decompress it in one go.
 */
export const zlibOptions = (compressedSize: number) => ({
  maxOutputLength,
  chunkSize: Math.min(Math.max(4 * compressedSize, 64 * 1024), 4 * 1024 * 1024),
});

/** Most bytes after decompression. Alerts stay far below; data that claim more are damaged or malicious. */
export const UNCOMPRESSED_LIMIT = 128 * 1024 * 1024;
const LARGEST_CHUNK = 4 * 1024 * 1024;

/**
 * Options for zlib's decompressors of data of this compressed size. zlib makes its output in chunks of 16 kB
 * unless told, and hands its work to another thread anew for each: for a batch of packets (700 kB) that takes
 * five times as long as to decompress it in one go.
 */
export const zlibOptions = (compressedSize: number) => ({
  maxOutputLength: UNCOMPRESSED_LIMIT,
  chunkSize: Math.min(Math.max(4 * compressedSize, 64 * 1024), LARGEST_CHUNK),
});

/**
 * The same for output of known size. One byte more is allowed, so that longer data are reported as damaged, not
 * as too long.
 *
 * @throws if the size is negative or above the limit
 */
export const zlibOptionsFor = (size: number) => ({
  maxOutputLength: checkedSize(size) + 1,
  chunkSize: Math.min(Math.max(size + 1, 1024), LARGEST_CHUNK),
});

/** @throws if the size that a page claims is negative or above the limit */
export const checkedSize = (size: number): number => {
  if (size < 0 || size > UNCOMPRESSED_LIMIT) throw new Error(`a page that claims to be ${size} bytes long`);
  return size;
};

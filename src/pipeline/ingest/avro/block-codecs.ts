import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { codeOf } from '../../../lib/errors.ts';
import { createSnappy } from '../snappy.ts';
import { zlibOptions } from '../zlib-options.ts';
import { AvroDataError } from './cursor.ts';

type Decompress = (data: Buffer) => Promise<Buffer>;

/** Up to this size (well under 10 ms of work) the main thread is faster than a round trip to another thread. */
const SMALL_BLOCK = 128 * 1024;
/** Alerts that repeat each other grow a hundredfold; what grows more is made to fill memory. */
const MOST_GROWTH = 100;
const ANY_BLOCK = 16 * 1024 * 1024;
const ANY_FILE = 64 * 1024 * 1024;
/** Snappy is decompressed on the thread that reads. */
const LARGEST_SNAPPY = 32 * 1024 * 1024;

const inflate = promisify(inflateRaw);
const zstd = promisify(zstdDecompress);

/**
 * The decompressor of an Avro container's codec: null, deflate, snappy or zstandard.
 *
 * @param fileSize bytes; all blocks together may grow to so much of it
 * @throws Error for another codec. What it returns rejects when the data are damaged, or grow beyond what alerts do.
 */
export const blockDecompressor = (codec: string, fileSize: number): Decompress => {
  const decompress = decompressorOf(codec);
  if (codec === 'null') return decompress;
  let left = ANY_FILE + MOST_GROWTH * fileSize;
  return async (data) => {
    if (left < 0) throw new AvroDataError('the blocks unpack to more than a file of this size can hold');
    try {
      const output = await decompress(data);
      left -= output.length;
      return output;
    } catch (error) {
      if (codeOf(error) !== 'ERR_BUFFER_TOO_LARGE') throw error;
      throw new AvroDataError(`a block of ${data.length} bytes that unpacks to more than alerts do`);
    }
  };
};

/** zlib's options that stop at what a block of this size can hold. */
const optionsFor = (size: number) => ({
  ...zlibOptions(size),
  maxOutputLength: Math.min(zlibOptions(size).maxOutputLength, ANY_BLOCK + MOST_GROWTH * size),
});

function decompressorOf(codec: string): Decompress {
  switch (codec) {
    case 'null':
      return async (data) => data;
    case 'deflate':
      return async (data) => {
        const options = optionsFor(data.length);
        return data.length <= SMALL_BLOCK ? inflateRawSync(data, options) : inflate(data, options);
      };
    case 'zstandard':
      return async (data) => {
        const options = optionsFor(data.length);
        return data.length <= SMALL_BLOCK ? zstdDecompressSync(data, options) : zstd(data, options);
      };
    case 'snappy':
      return snappyWithChecksum();
    default:
      throw new Error(`the container's codec ${codec} is not one of null, deflate, snappy, zstandard`);
  }
}

/** Avro puts the big-endian CRC-32 of the uncompressed data behind each Snappy block. */
function snappyWithChecksum(): Decompress {
  const uncompress = createSnappy(LARGEST_SNAPPY);
  return async (data) => {
    const end = data.length - 4;
    if (end < 0) throw new Error('Snappy data without a checksum');
    const output = uncompress(data.subarray(0, end));
    if (crc32(output) !== data.readUInt32BE(end)) throw new Error('the checksum of Snappy data is wrong');
    return output;
  };
}

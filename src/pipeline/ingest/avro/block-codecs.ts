import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { createSnappy } from '../snappy.ts';
import { zlibOptions } from '../zlib-options.ts';

type Decompress = (data: Buffer) => Promise<Buffer>;

/** Up to this size (well under 10 ms of work) the main thread is faster than a round trip to another thread. */
const smallBlock = 256 * 1024;

const inflate = promisify(inflateRaw);
const zstd = promisify(zstdDecompress);

/**
 * The decompressor of an Avro container's codec: null, deflate, snappy or zstandard.
 *
 * @throws Error for another codec. What it returns rejects when the data are damaged.
 */
export function blockDecompressor(codec: string): Decompress {
  switch (codec) {
    case 'null':
      return async (data) => data;
    case 'deflate':
      return async (data) => {
        const options = zlibOptions(data.length);
        return data.length <= smallBlock ? inflateRawSync(data, options) : inflate(data, options);
      };
    case 'zstandard':
      return async (data) => {
        const options = zlibOptions(data.length);
        return data.length <= smallBlock ? zstdDecompressSync(data, options) : zstd(data, options);
      };
    case 'snappy':
      return snappyWithChecksum();
    default:
      throw new Error(`the container's codec ${codec} is not one of null, deflate, snappy, zstandard`);
  }
}

/** Avro puts the big-endian CRC-32 of the uncompressed data behind each Snappy block. */
function snappyWithChecksum(): Decompress {
  const uncompress = createSnappy();
  return async (data) => {
    const end = data.length - 4;
    if (end < 0) throw new Error('Snappy data without a checksum');
    const output = uncompress(data.subarray(0, end));
    if (crc32(output) !== data.readUInt32BE(end)) throw new Error('the checksum of Snappy data is wrong');
    return output;
  };
}

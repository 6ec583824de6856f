import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { snappyCompress } from 'hysnappy';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { createKafkaSnappy } from '../../snappy.ts';
import { zlibOptions } from '../../zlib-options.ts';
import type { Decompressors } from '../batches/decode-batch.ts';
import { checkLz4Frame } from './lz4-frame.ts';

interface Codec {
  /** `encoder.buffer` is what kafkajs wants compressed. */
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(data: Buffer): Promise<Buffer>;
}

const compressZstd = promisify(zstdCompress);
const decompressZstd = promisify(zstdDecompress);
const compressGzip = promisify(gzip);
const decompressGzip = promisify(gunzip);

/**
 * Teaches kafkajs the codecs that it lacks (it has none and gzip): snappy, lz4 and zstd; and a quicker gzip. A
 * broker may be told to compress whatever its producers send, and nothing but the batch itself says so.
 *
 * kafkajs keeps its codecs in one table for the whole process; to set them again does no harm.
 *
 * @returns how each is decompressed: these throw where that fails or grows beyond `UNCOMPRESSED_LIMIT`
 */
export function registerKafkaCodecs(): Decompressors {
  const uncompress = createKafkaSnappy();
  const snappy: Codec = {
    compress: async ({ buffer }) => Buffer.from(snappyCompress(buffer)),
    decompress: async (data) => uncompress(data),
  };
  const lz4: Codec = {
    compress: ({ buffer }) => compressFrame(buffer),
    decompress: async (data) => {
      checkLz4Frame(data);
      return decompressFrame(data);
    },
  };
  const zstd: Codec = {
    compress: ({ buffer }) => compressZstd(buffer),
    decompress: (data) => decompressZstd(data, zlibOptions(data.length)),
  };
  const gzipped: Codec = {
    compress: ({ buffer }) => compressGzip(buffer),
    decompress: (data) => decompressGzip(data, zlibOptions(data.length)),
  };
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const types = ['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const;
  const codecs = { GZIP: gzipped, Snappy: snappy, LZ4: lz4, ZSTD: zstd };
  for (const type of types) CompressionCodecs[CompressionTypes[type]] = () => codecs[type];
  return new Map(types.map((type) => [CompressionTypes[type], codecs[type].decompress]));
}

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { uncompressSync } from 'lz4-napi';
import { createSnappy } from '../snappy.ts';
import { checkedSize, zlibOptionsFor } from '../zlib-options.ts';

/**
 * Decompressors of a Parquet page (Parquet format, "Compression"), for each codec but LZO, which nobody
 * writes any more. Each throws where the bytes are damaged.
 */
export const createPageCodecs = (): Compressors => {
  const snappy = createSnappy();
  return {
    SNAPPY: (bytes) => snappy(bytes),
    GZIP: (bytes, size) => gunzipSync(bytes, zlibOptionsFor(size)),
    ZSTD: (bytes, size) => zstdDecompressSync(bytes, zlibOptionsFor(size)),
    BROTLI: (bytes, size) => brotliDecompressSync(bytes, zlibOptionsFor(size)),
    LZ4_RAW: lz4Block,
    LZ4: hadoopLz4,
  };
};

/** lz4-napi wants the size before the block, as other writers of LZ4 keep it. */
function lz4Block(bytes: Uint8Array, size: number): Buffer {
  const sized = Buffer.allocUnsafe(4 + bytes.byteLength);
  sized.writeUInt32LE(checkedSize(size));
  sized.set(bytes, 4);
  return uncompressSync(sized);
}

/**
 * The deprecated codec LZ4: Hadoop's blocks, each behind its size and its compressed size (big-endian). Bytes
 * without this framing are taken for a single block, as early versions of Arrow wrote.
 */
function hadoopLz4(bytes: Uint8Array, size: number): Buffer {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Buffer[] = [];
  for (let at = 0; at < input.length; ) {
    const blockSize = at + 8 <= input.length ? input.readUInt32BE(at) : size + 1;
    const end = at + 8 + (at + 8 <= input.length ? input.readUInt32BE(at + 4) : 0);
    if (blockSize > size || end > input.length) return lz4Block(bytes, size);
    blocks.push(lz4Block(input.subarray(at + 8, end), blockSize));
    at = end;
  }
  return Buffer.concat(blocks);
}

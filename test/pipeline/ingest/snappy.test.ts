import { randomBytes } from 'node:crypto';
import { snappyCompress } from 'hysnappy';
import { describe, expect, it } from 'vitest';
import { createKafkaSnappy, createSnappy } from '../../../src/pipeline/ingest/snappy.ts';

const sizeOf = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};
/** As xerial's snappy-java frames it: magic, version 1, compatible with 1, then blocks. */
const xerial = (...blocks: Uint8Array[]): Buffer =>
  Buffer.concat([
    Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]),
    ...blocks.flatMap((block) => [sizeOf(block.length), Buffer.from(block)]),
  ]);

describe('Snappy', () => {
  const data = Buffer.concat([randomBytes(70_000), Buffer.alloc(200_000, 'packet')]);

  it('raw blocks', () => {
    expect(createKafkaSnappy()(snappyCompress(data)).equals(data)).toBe(true);
  });

  it("the Java client's frame of several blocks", () => {
    const framed = xerial(snappyCompress(data.subarray(0, 32_768)), snappyCompress(data.subarray(32_768)));
    expect(createKafkaSnappy()(framed).equals(data)).toBe(true);
  });

  it('nothing', () => {
    expect(createKafkaSnappy()(snappyCompress(Buffer.alloc(0)))).toHaveLength(0);
    expect(createKafkaSnappy()(xerial())).toHaveLength(0);
  });

  it.each([
    ['cut off', snappyCompress(data).subarray(0, 1000)],
    ['cut off behind the size', snappyCompress(data).subarray(0, 3)],
    ['a frame cut within a block', xerial(snappyCompress(data)).subarray(0, 1000)],
    ['a frame cut within a length', xerial(snappyCompress(data)).subarray(0, 18)],
    ['something else', Buffer.from('these are words and no Snappy data at all')],
    ['a size that no block has', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3])],
    ['no bytes', Buffer.alloc(0)],
  ])('%s is an error, after which the next is read', (_, bytes) => {
    const uncompress = createKafkaSnappy();
    expect(() => uncompress(bytes)).toThrow();
    expect(uncompress(snappyCompress(data)).equals(data)).toBe(true);
  });

  it('an output is not overwritten by the next', () => {
    const uncompress = createSnappy();
    const first = uncompress(snappyCompress(Buffer.from('first')));
    uncompress(snappyCompress(Buffer.from('other')));
    expect(first.toString()).toBe('first');
  });
});

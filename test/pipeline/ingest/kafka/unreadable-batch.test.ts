import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';
import { compressFrame } from 'lz4-napi';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerKafkaCodecs } from '../../../../src/pipeline/ingest/kafka/compression/codecs.ts';
import { checkLz4Frame } from '../../../../src/pipeline/ingest/kafka/compression/lz4-frame.ts';
import { whyUnreadable } from '../../../../src/pipeline/ingest/kafka/compression/unreadable-batch.ts';

interface Decoded {
  readonly offset: string;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer>;
}

const load = createRequire(createRequire(import.meta.url).resolve('kafkajs'));
/** How kafkajs decodes what a broker answers to a fetch. */
const decodeMessages: (decoder: unknown) => Promise<Decoded[]> = load(
  './src/protocol/requests/fetch/v4/decodeMessages.js',
);
const Decoder: new (bytes: Buffer) => unknown = load('./src/protocol/decoder.js');

const CODECS = ['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const;
type CodecName = (typeof CODECS)[number];

/** A record batch as brokers send it, with whatever stands for its records. */
const batch = (first: number, count: number, codec: CodecName, records: Buffer): Buffer => {
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(first), 0);
  head.writeInt32BE(49 + records.length, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(kafkajs.CompressionTypes[codec], 21);
  head.writeInt32BE(count - 1, 23);
  head.writeInt32BE(count, 57);
  return Buffer.concat([head, records]);
};

/** Messages without key and headers. */
const records = (values: readonly string[]): Buffer =>
  Buffer.concat(
    values.map((value, i) => {
      const body = Buffer.concat([
        Buffer.from([0, 0, 2 * i, 1, 2 * value.length]),
        Buffer.from(value),
        Buffer.from([0]),
      ]);
      return Buffer.concat([Buffer.from([2 * body.length]), body]);
    }),
  );

const compressed = async (codec: CodecName, buffer: Buffer): Promise<Buffer> => {
  const { compress } = kafkajs.CompressionCodecs[kafkajs.CompressionTypes[codec]]();
  return compress({ buffer });
};

const fetched = (batches: readonly Buffer[]): Promise<Decoded[]> => {
  const all = Buffer.concat(batches);
  const size = Buffer.alloc(4);
  size.writeInt32BE(all.length);
  return decodeMessages(new Decoder(Buffer.concat([size, all])));
};

const told = (messages: readonly Decoded[]) =>
  messages.map(({ offset, value, headers }) => [offset, value?.toString() ?? whyUnreadable(headers)]);

beforeAll(registerKafkaCodecs);

describe.each(CODECS)('a batch of %s', (codec) => {
  test('that is damaged has its messages told of, and those around it are read', async () => {
    const good = await compressed(codec, records(['a', 'b']));
    const damaged = (await compressed(codec, records(['one', 'two', 'three']))).fill(0xa5, 4);
    const messages = await fetched([
      batch(10, 2, codec, good),
      batch(12, 3, codec, damaged),
      batch(15, 2, codec, good),
    ]);
    const reason = expect.stringMatching(/^the batch of offsets 12 to 14 cannot be decompressed: ./);
    expect(told(messages)).toEqual([
      ['10', 'a'],
      ['11', 'b'],
      ['12', reason],
      ['13', reason],
      ['14', reason],
      ['15', 'a'],
      ['16', 'b'],
    ]);
  });

  test('whose records are cut off is told of', async () => {
    const cut = await compressed(codec, records(['one', 'two']).subarray(0, -3));
    const messages = await fetched([batch(7, 2, codec, cut)]);
    expect(told(messages).map(([offset, reason]) => [offset, String(reason)])).toEqual([
      ['7', expect.stringContaining('its records are cut off')],
      ['8', expect.stringContaining('its records are cut off')],
    ]);
  });
});

test('an LZ4 frame that a few bytes make large is refused before it is decompressed', async () => {
  const frame = await compressFrame(Buffer.alloc(140 * 2 ** 20));
  expect(frame.length).toBeLessThan(1e6);
  const began = performance.now();
  expect(() => checkLz4Frame(frame)).toThrow(/more than \d+ bytes decompressed/);
  expect(performance.now() - began).toBeLessThan(50);
  expect(() => checkLz4Frame(frame.subarray(0, 500))).toThrow('cut off');
});

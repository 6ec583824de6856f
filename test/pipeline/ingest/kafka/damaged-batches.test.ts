import kafkajs from 'kafkajs';
import { compressFrame } from 'lz4-napi';
import { describe, expect, test } from 'vitest';
import {
  decodeRecordSet,
  EndlessBatchError,
} from '../../../../src/pipeline/ingest/kafka/batches/decode-record-set.ts';
import { damageOf } from '../../../../src/pipeline/ingest/kafka/batches/fetched-message.ts';
import { registerKafkaCodecs } from '../../../../src/pipeline/ingest/kafka/compression/codecs.ts';
import { checkLz4Frame } from '../../../../src/pipeline/ingest/kafka/compression/lz4-frame.ts';
import { batchRecord, batchRecords, recordBatch, varint } from '../../../kafka/record-batches.ts';

const CODECS = ['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const;
type CodecName = (typeof CODECS)[number];

const decompressors = registerKafkaCodecs();
const typeOf = (codec: CodecName): number => kafkajs.CompressionTypes[codec];
const compressed = async (codec: CodecName, buffer: Buffer): Promise<Buffer> => {
  const { compress } = kafkajs.CompressionCodecs[kafkajs.CompressionTypes[codec]]();
  return compress({ buffer });
};

/** Offset and value, or why there is none, of each message that a fetch of these bytes gives. */
const told = async (bytes: Buffer) =>
  (await decodeRecordSet(bytes, decompressors)).map((message) => [
    message.offset,
    message.isControlRecord ? 'control' : (message.value?.toString() ?? damageOf(message)?.reason),
  ]);
const fetched = (...batches: readonly Buffer[]) => told(Buffer.concat(batches));

/** Three batches: offsets 10 and 11, 12 to 14, and 15 and 16; the middle one to be damaged. */
const [before, after] = [
  recordBatch(10, 2, batchRecords(['a', 'b'])),
  recordBatch(15, 2, batchRecords(['c', 'd'])),
];
const middle = (damage: (bytes: Buffer) => void): Buffer => {
  const bytes = recordBatch(12, 3, batchRecords(['one', 'two', 'three']));
  damage(bytes);
  return bytes;
};
const around = (reason: unknown) => [
  ['10', 'a'],
  ['11', 'b'],
  ['12', reason],
  ['13', reason],
  ['14', reason],
  ['15', 'c'],
  ['16', 'd'],
];

describe.each(CODECS)('a batch of %s', (codec) => {
  test('that is damaged has its messages told of, and those around it are read', async () => {
    const damaged = (await compressed(codec, batchRecords(['one', 'two', 'three']))).fill(0xa5, 4);
    const whole = await compressed(codec, batchRecords(['a', 'b']));
    const batches = [
      recordBatch(10, 2, whole, { codec: typeOf(codec) }),
      recordBatch(12, 3, damaged, { codec: typeOf(codec) }),
      after,
    ];
    const reason = expect.stringMatching(
      /^the (batch of offsets 12 to 14 (cannot be decompressed|is damaged)|record is damaged)/,
    );
    expect(await fetched(...batches)).toEqual(around(reason));
  });

  test('whose records are cut off is read up to there', async () => {
    const cut = await compressed(codec, batchRecords(['one', 'two']).subarray(0, -3));
    expect(await fetched(recordBatch(7, 2, cut, { codec: typeOf(codec) }))).toEqual([
      ['7', 'one'],
      [
        '8',
        expect.stringMatching(/^the batch of offsets 7 to 8 is damaged from offset 8 on: a length of \d+/),
      ],
    ]);
  });
});

describe('a batch whose head is damaged is told of, and those around it are read', () => {
  const damages: Record<string, readonly [(bytes: Buffer) => void, RegExp]> = {
    'its checksum': [(bytes) => bytes.writeUInt32BE(7, 17), /its checksum is wrong/],
    'a byte of its records': [(bytes) => bytes.fill(0xff, 70, 71), /its checksum is wrong/],
    'its format': [(bytes) => bytes.writeInt8(77, 16), /its format is 77, not 2/],
    'its length, too small': [(bytes) => bytes.writeInt32BE(3, 8), /its length of 3 bytes is less/],
    'its length, negative': [(bytes) => bytes.writeInt32BE(-1, 8), /its length of -1 bytes is less/],
    'its length, a little too large': [(bytes) => bytes.writeInt32BE(90, 8), /its checksum is wrong/],
    'its offset, too small': [(bytes) => bytes.writeBigInt64BE(3n, 0), /its offset 3 is below/],
    'its offset, too large': [(bytes) => bytes.writeBigInt64BE(1n << 50n, 0), /its offset \d+ is above/],
    'all of it': [(bytes) => bytes.fill(0xee), /its format is -18/],
  };
  test.each(Object.entries(damages))('%s', async (_, [damage, reason]) => {
    const told = expect.stringMatching(
      new RegExp(`^the batch of offsets 12 to 14 is damaged: ${reason.source}`),
    );
    expect(await fetched(before, middle(damage), after)).toEqual(around(told));
  });

  test('the first of a fetch, whose offset is told by what is behind it', async () => {
    const reason = expect.stringMatching(/^the batch of offsets 12 to 14 is damaged: its checksum/);
    const bytes = middle((batch) => batch.writeUInt32BE(7, 17));
    expect(await fetched(bytes, after)).toEqual(around(reason).slice(2));
    expect(
      await fetched(
        middle((batch) => batch.fill(0xee)),
        after,
      ),
    ).toEqual([
      ['14', expect.stringContaining('its format is -18')],
      ['15', 'c'],
      ['16', 'd'],
    ]);
  });

  test('the last of all, where its head tells its end', async () => {
    const reason = expect.stringContaining('its checksum is wrong');
    const bytes = middle((batch) => batch.writeUInt32BE(7, 17));
    expect(await fetched(before, bytes)).toEqual(around(reason).slice(0, 5));
    expect(await fetched(bytes)).toEqual(around(reason).slice(2, 5));
  });

  test('and one whose end nothing tells is left to the next fetch, then refused', async () => {
    const bytes = middle((batch) => batch.writeInt32BE(1e9, 8));
    expect(await fetched(before, bytes)).toEqual(around('').slice(0, 2));
    await expect(fetched(bytes)).rejects.toThrow(EndlessBatchError);
    expect(await fetched(bytes, after)).toHaveLength(5);
  });

  test('its number of records, negative or more than its bytes hold', async () => {
    const batch = (count: number) => recordBatch(12, 3, batchRecords(['one', 'two', 'three']), { count });
    const start = 'the batch of offsets 12 to 14';
    expect(await fetched(before, batch(-4), after)).toEqual(around(`${start} claims -4 records`));
    expect(await fetched(before, batch(900), after)).toEqual(
      around(`${start} claims 900 records in 32 bytes`),
    );
    expect(await fetched(before, batch(2), after)).toEqual(around(`${start} holds more than its records`));
  });

  test('compression of no kind', async () => {
    const bytes = recordBatch(12, 3, batchRecords(['one', 'two', 'three']), { codec: 6 });
    const reason = 'the batch of offsets 12 to 14 cannot be decompressed: compression 6 is unknown';
    expect(await fetched(before, bytes, after)).toEqual(around(reason));
  });
});

describe('a record that is damaged in a sound batch is told of alone', () => {
  test.each([-7, 1000])('its value claims %i bytes', async (length) => {
    const records = [batchRecord(0, 'one'), batchRecord(1, 'two', length), batchRecord(2, 'three')];
    const told = await fetched(recordBatch(12, 3, Buffer.concat(records)), after);
    expect(told.slice(0, 3)).toEqual([
      ['12', 'one'],
      ['13', `the record is damaged: a length of ${length} bytes`],
      ['14', 'three'],
    ]);
  });

  test('its own length is negative, so that what is behind it in its batch is lost', async () => {
    const records = [batchRecord(0, 'one'), varint(-9), batchRecord(1, 'two'), batchRecord(2, 'three')];
    const told = await fetched(recordBatch(12, 3, Buffer.concat(records)), after);
    const reason = 'the batch of offsets 12 to 14 is damaged from offset 13 on: a length of -9 bytes';
    expect(told).toEqual([
      ['12', 'one'],
      ['13', reason],
      ['14', reason],
      ['15', 'c'],
      ['16', 'd'],
    ]);
  });
});

describe('many records', () => {
  test('of one batch, beyond what fits on a stack, are read; more are told of as one', async () => {
    const many = (count: number) =>
      recordBatch(0, count, batchRecords(Array.from({ length: count }, () => '')));
    expect(await fetched(many(100_000))).toHaveLength(100_000);
    const tooMany = await decodeRecordSet(Buffer.concat([many(1_000_001)]), decompressors);
    expect(tooMany.map(damageOf)).toEqual([
      {
        reason: expect.stringMatching(
          /^the batch of offsets 0 to 1000000 has 1000001 records, more than 100000/,
        ),
        firstOffset: '0',
      },
    ]);
    expect(tooMany[0]?.offset).toBe('1000000');
  });

  test('of many batches are read in parts, fetch by fetch, and so are those that grow', async () => {
    const small = recordBatch(0, 60_000, batchRecords(Array.from({ length: 60_000 }, () => '')));
    const next = recordBatch(60_000, 60_000, batchRecords(Array.from({ length: 60_000 }, () => '')));
    const third = recordBatch(120_000, 1, batchRecords(['']));
    expect(await fetched(small, next, third)).toHaveLength(120_000);
    const large = await compressed('ZSTD', batchRecord(0, '\0'.repeat(70e6)));
    const grows = (offset: number) => recordBatch(offset, 1, large, { codec: typeOf('ZSTD') });
    expect(await decodeRecordSet(Buffer.concat([0, 1, 2].map(grows)), decompressors)).toHaveLength(2);
  });
});

describe('what compaction leaves', () => {
  test('a batch without records is passed', async () => {
    const empty = recordBatch(0, 0, Buffer.alloc(0), { lastOffsetDelta: 9 });
    expect(await fetched(empty)).toEqual([['9', 'control']]);
    expect(await fetched(empty, before)).toEqual([
      ['10', 'a'],
      ['11', 'b'],
    ]);
  });

  test('a batch whose last records are gone is passed to its end', async () => {
    const gaps = recordBatch(0, 2, Buffer.concat([batchRecord(3, 'a'), batchRecord(700, 'b')]), {
      lastOffsetDelta: 5000,
    });
    expect(await fetched(gaps)).toEqual([
      ['3', 'a'],
      ['700', 'b'],
      ['5000', 'control'],
    ]);
  });
});

test('a last batch that the limit of the fetch has cut off is left to the next fetch', async () => {
  for (const length of [30, 61, 70]) expect(await fetched(before, after.subarray(0, length))).toHaveLength(2);
  expect(await fetched(before.subarray(0, 30))).toEqual([]);
});

test('an LZ4 frame that a few bytes make large is refused before it is decompressed', async () => {
  const frame = await compressFrame(Buffer.alloc(140 * 2 ** 20));
  expect(frame.length).toBeLessThan(1e6);
  const began = performance.now();
  expect(() => checkLz4Frame(frame)).toThrow(/more than \d+ bytes decompressed/);
  expect(performance.now() - began).toBeLessThan(50);
  expect(() => checkLz4Frame(frame.subarray(0, 500))).toThrow('cut off');
});

import { describe, expect, it } from 'vitest';
import { cursorOver, readLong } from '../../../../src/pipeline/ingest/avro/cursor.ts';
import { parseAvroSchema } from '../../../../src/pipeline/ingest/avro/parse-schema.ts';
import { compileReader, readWhole } from '../../../../src/pipeline/ingest/avro/reader.ts';
import { avscType } from '../packets.ts';

const inner = { type: 'record', name: 'inner', fields: [{ name: 'a', type: 'int' }] };
const fields = [
  { name: 'flag', type: 'boolean' },
  { name: 'nothing', type: 'null' },
  { name: 'count', type: 'int' },
  { name: 'small', type: 'float' },
  { name: 'large', type: 'double' },
  { name: 'text', type: 'string' },
  { name: 'raw', type: 'bytes' },
  { name: 'colour', type: { type: 'enum', name: 'colour', symbols: ['g', 'r', 'i'] } },
  { name: 'hash', type: { type: 'fixed', name: 'hash', size: 5 } },
  { name: 'list', type: { type: 'array', items: ['null', 'double'] } },
  { name: 'table', type: { type: 'map', values: { type: 'array', items: 'string' } } },
  { name: 'one', type: inner },
  { name: 'again', type: 'inner' },
  { name: 'three', type: ['string', 'null', 'inner'] },
  { name: 'first', type: ['null', 'float'] },
  { name: 'second', type: ['bytes', 'null'] },
];
const schema = { type: 'record', name: 'everything', fields };
const parsed = parseAvroSchema(JSON.stringify(schema));
const oracle = avscType(schema);

/** A branch of a union of records is wrapped by avsc, not by the reader: `{ inner: { a: 1 } }` -> `{ a: 1 }`. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each) =>
    typeof each === 'object' &&
    each !== null &&
    Object.keys(each).length === 1 &&
    ('inner' in each || 'string' in each)
      ? (each.inner ?? each.string)
      : each,
  );
const comparable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each) =>
      each instanceof Uint8Array ? [...each] : each?.type === 'Buffer' ? each.data : each,
    ),
  );

describe('the Avro reader', () => {
  const values = Array.from({ length: 50 }, () => oracle.toBuffer(oracle.random()));

  it('reads every type as avsc does', () => {
    const read = compileReader(parsed, true);
    for (const bytes of values) {
      expect(comparable(readWhole(read, cursorOver(bytes)))).toEqual(
        comparable(plain(oracle.fromBuffer(bytes))),
      );
    }
  });

  it.each(fields.map(({ name }) => name))('reads %s alone, stepping over all others', (name) => {
    const read = compileReader(parsed, { [name]: true });
    for (const bytes of values) {
      const whole = comparable(plain(oracle.fromBuffer(bytes)));
      expect(whole).toMatchObject(Object(comparable(readWhole(read, cursorOver(bytes)))));
    }
  });

  it('reads wanted values of a map, and blocks written with their size', () => {
    const map = parseAvroSchema('{"type":"map","values":"int"}');
    // Avro allows a negative count followed by the block's size in bytes: 2 entries, 6 bytes, end.
    const bytes = Buffer.from([3, 12, 2, 0x61, 2, 2, 0x62, 4, 0]);
    expect(readWhole(compileReader(map, { b: true }), cursorOver(bytes))).toEqual({ b: 2 });
    expect(readWhole(compileReader(map, true), cursorOver(bytes))).toEqual({ a: 1, b: 2 });
  });

  it.each([
    0n,
    -1n,
    1n,
    63n,
    -64n,
    2n ** 31n,
    2n ** 48n - 1n,
    -(2n ** 48n),
    2n ** 53n - 1n,
    2n ** 53n,
    3_086_208_464_615_015_024n,
    -(2n ** 63n),
    2n ** 63n - 1n,
  ])('reads the long %s without losing a digit', (value) => {
    const read = readLong(cursorOver(avscType('long').toBuffer(value)));
    expect(BigInt(read)).toBe(value);
  });

  it('refuses a number that never ends', () => {
    expect(() => readLong(cursorOver(Buffer.alloc(20, 0xff)))).toThrow('longer than 64 bits');
  });

  it('refuses a schema that contains itself without end', () => {
    const endless = { type: 'record', name: 'a', fields: [{ name: 'next', type: ['null', 'a'] }] };
    expect(() => compileReader(parseAvroSchema(JSON.stringify(endless)), true)).toThrow(
      "the schema's type a contains itself",
    );
  });
});

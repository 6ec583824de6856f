import { readFileSync } from 'node:fs';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  BAND_FEATURES,
  CANDIDATE,
  createAvroWriter,
  PRV_CANDIDATE,
  packetSchema,
} from '../../src/simulation/packet-encoding.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

it('is Avro', () => {
  expect(avro.Type.forSchema(JSON.parse(packetSchema()), { wrapUnions: 'always' }).typeName).toBe('record');
});

it('has as many fields as the survey', () => {
  expect([CANDIDATE.length, PRV_CANDIDATE.length, BAND_FEATURES.length]).toEqual([103, 57, 26]);
});

describe.skipIf(!hasSharedData)(`against a real packet’s schema${sharedNote}`, () => {
  it('has the same fields of the same types in the same order; only the records’ names are its own', () => {
    const real: unknown = JSON.parse(readFileSync(sharedPath('alerts', 'kafka-key.json'), 'utf8'));
    expect(shapeOf(JSON.parse(packetSchema()))).toEqual(shapeOf(real));
  });
});

const schema = z.union([z.string(), z.array(z.unknown()), z.looseObject({ type: z.unknown() })]);
const field = z.object({ name: z.string(), type: z.unknown() });

/** A schema without the names of its records. */
function shapeOf(value: unknown): unknown {
  const node = schema.parse(value);
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return node.map(shapeOf);
  if (node.type === 'record') {
    return z
      .array(field)
      .parse(node.fields)
      .map(({ name, type }) => [name, shapeOf(type)]);
  }
  return { type: node.type, of: shapeOf(node.items ?? node.values) };
}

const int = avro.Type.forSchema('long');

it.each([0, 1, -1, 63, -64, 64, 127, 128, -129, 300_000, 2 ** 29, 2 ** 30 - 1, 2 ** 30, -(2 ** 30), 2 ** 40])(
  'writes %s as Avro does',
  (value) => {
    const writer = createAvroWriter();
    writer.long(value);
    expect(writer.finish()).toEqual(int.toBuffer(value));
  },
);

it('keeps every digit of a candid', () => {
  const writer = createAvroWriter();
  writer.leaf('l', 3063176310015015002n);
  // Branch 0, then zigzag base 128 of twice the number.
  let rest = 2n * 3063176310015015002n;
  const bytes = [0];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  expect([...writer.finish()]).toEqual(bytes);
});

it('writes a record with null where a value is not named, in the order of its fields', () => {
  const fields = [
    { name: 'a', code: 'f' },
    { name: 'b', code: 's' },
    { name: 'c', code: 'd' },
    { name: 'd', code: 'b' },
  ] as const;
  const writer = createAvroWriter();
  writer.record(fields, { d: true, c: 0.1, b: 'é' });
  const type = avro.Type.forSchema({
    type: 'record',
    name: 'r',
    fields: [
      { name: 'a', type: ['float', 'null'] },
      { name: 'b', type: ['string', 'null'] },
      { name: 'c', type: ['double', 'null'] },
      { name: 'd', type: ['boolean', 'null'] },
    ],
  });
  expect(type.fromBuffer(writer.finish())).toMatchObject({ a: null, b: 'é', c: 0.1, d: true });
});

it('grows beyond its first size', () => {
  const writer = createAvroWriter();
  const large = Buffer.alloc(200_000, 7);
  writer.bytes(large);
  expect(large.equals(avro.Type.forSchema('bytes').fromBuffer(writer.finish()))).toBe(true);
});

it('refuses a value that is not of its field’s type', () => {
  expect(() => createAvroWriter().leaf('i', 1.5)).toThrow('1.5 (number) is no Avro i');
  expect(() => createAvroWriter().leaf('d', '1')).toThrow('is no Avro d');
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPacketDecoder } from '../../../../src/pipeline/ingest/decode-packet.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { avscType, packet, packetSchema } from '../packets.ts';

/** What it takes is some milliseconds; before there were bounds it took from 11 s to hours. */
const MOST_MS = 500;

const origin = { name: 'here', kind: 'topic', partition: 0, offset: '0' } as const;

const refusalOf = (key: unknown, value: Uint8Array): string => {
  const bytes = key instanceof Uint8Array ? key : Buffer.from(JSON.stringify(key));
  const started = performance.now();
  const item = createPacketDecoder().read(bytes, value, origin);
  expect(performance.now() - started).toBeLessThan(MOST_MS);
  return item.kind === 'unreadable' ? item.reason : 'it was read';
};

/** The tests' schema with one more field, before or behind the others. */
const schemaWith = (type: unknown, place: 'first' | 'last' = 'first') => {
  const field = { name: 'hostile', type };
  const { fields } = packetSchema;
  return { ...packetSchema, fields: place === 'first' ? [field, ...fields] : [...fields, field] };
};

const zigzag = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = 2 * value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
};

/** Blocks of as many items as there are bytes left, which is what a block may claim. */
const blocksOfNothing = (size: number): Buffer => {
  const bytes: number[] = [];
  while (bytes.length < size) bytes.push(...zigzag(size - bytes.length - 4));
  return Buffer.from([...bytes.slice(0, size - 1), 0]);
};

describe('a value', () => {
  const nothings = {
    null: 'null',
    'a record without fields': { type: 'record', name: 'empty', fields: [] },
    'a fixed of no bytes': { type: 'fixed', name: 'none', size: 0 },
    'a record of 900 nulls': {
      type: 'record',
      name: 'nulls',
      fields: Array.from({ length: 900 }, (_, i) => ({ name: `n${i}`, type: 'null' })),
    },
  };
  it.each(Object.entries(nothings))('whose list items take no byte: %s', (_, items) => {
    const value = blocksOfNothing(50_000);
    expect(refusalOf(schemaWith({ type: 'array', items }), value)).toMatch(
      /more items than 50000 bytes can hold|an array of \d+ items in \d+ bytes/,
    );
  });

  it('whose wanted history has items of no bytes', () => {
    const fields = packetSchema.fields.map((field) =>
      field.name === 'prv_candidates' ? { ...field, type: { type: 'array', items: 'null' } } : field,
    );
    const schema = {
      ...packetSchema,
      fields: [
        ...fields.filter(({ name }) => name === 'prv_candidates'),
        ...fields.filter(({ name }) => name !== 'prv_candidates'),
      ],
    };
    expect(refusalOf(schema, blocksOfNothing(50_000))).toMatch(/items/);
  });

  it.each([
    ['a negative count with a size', [1, 200, 1, 0]],
    ['the most negative count', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0]],
    ['a count of 2^62', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a number without an end', Array.from({ length: 1000 }, () => 0xff)],
  ])('with %s', (_, bytes) => {
    expect(refusalOf(schemaWith({ type: 'array', items: 'int' }), Buffer.from(bytes))).toMatch(
      /items|too early|longer than 64 bits|length|branch/,
    );
  });

  it('with a string that claims more bytes than there are', () => {
    expect(refusalOf(schemaWith('string'), Buffer.from([...zigzag(2 ** 40), 65, 65]))).toMatch(/too early/);
  });

  it('with a branch that the union does not have', () => {
    expect(refusalOf(schemaWith(['null', 'int', 'string']), Buffer.from([14, 1, 1]))).toBe(
      'branch 7 of a union of 3',
    );
  });

  it('with a megabyte of text for a name is refused on one line', () => {
    const long = avscType(packetSchema).toBuffer(packet(0, { objectId: 'x\n'.repeat(500_000) }));
    const reason = refusalOf(packetSchema, long);
    expect(reason.length).toBeLessThan(300);
    expect(reason).not.toContain('\n');
  });

  it('that is real is read, whatever lists of nothing stand behind it', () => {
    const schema = schemaWith({ type: 'array', items: 'null' }, 'last');
    const value = Buffer.concat([avscType(packetSchema).toBuffer(packet(0)), Buffer.from([0])]);
    expect(refusalOf(schema, value)).toBe('it was read');
  });
});

describe('a schema', () => {
  const doubling = (levels: number) => ({
    type: 'record',
    name: 'top',
    fields: Array.from({ length: levels }, (_, i) => ({
      name: `r${i}`,
      type: {
        type: 'record',
        name: `R${i}`,
        fields:
          i === 0 ? [{ name: 'a', type: 'int' }] : ['a', 'b'].map((name) => ({ name, type: `R${i - 1}` })),
      },
    })),
  });

  it('of records that double with each one', () => {
    expect(refusalOf(doubling(28), Buffer.from([0]))).toBe('a schema of more than 3000 types');
  });

  it('of lists and maps of doubling records', () => {
    const { fields } = doubling(20);
    const wrapped = fields.map(({ name, type }) => ({
      name,
      type: { type: 'map', values: { type: 'array', items: type } },
    }));
    expect(refusalOf({ type: 'record', name: 'top', fields: wrapped }, Buffer.from([0]))).toMatch(/schema/);
  });

  it.each([
    [
      'that contains itself',
      { type: 'record', name: 'a', fields: [{ name: 'next', type: ['null', 'a'] }] },
      "the schema's type a contains itself",
    ],
    [
      'of 100,000 fields',
      {
        type: 'record',
        name: 'a',
        fields: Array.from({ length: 100_000 }, (_, i) => ({ name: `f${i}`, type: 'int' })),
      },
      /a schema of/,
    ],
    ['without a type', { name: 'a' }, /not valid Avro/],
  ])('%s', (_, schema, reason) => {
    expect(refusalOf(schema, Buffer.from([0]))).toMatch(reason);
  });

  it('nested thousands of lists deep', () => {
    const type = `${'{"type":"array","items":'.repeat(5000)}"int"${'}'.repeat(5000)}`;
    const schema = Buffer.from(`{"type":"record","name":"a","fields":[{"name":"x","type":${type}}]}`);
    expect(refusalOf(schema, Buffer.from([0]))).toMatch(/deep in each other|JSON/);
  });

  it('of megabytes', () => {
    const schema = Buffer.from(`{"type":"record","doc":"${'x'.repeat(2_000_000)}","name":"a","fields":[]}`);
    expect(refusalOf(schema, Buffer.from([0]))).toMatch(/a schema of \d+ bytes/);
  });
});

describe("LSST's packets", () => {
  it('are told by their schema, however large it is', () => {
    const fields = Array.from({ length: 5000 }, (_, i) => ({ name: `f${i}`, type: ['null', 'double'] }));
    const diaSource = {
      type: 'record',
      name: 'diaSource',
      fields: [{ name: 'diaSourceId', type: 'long' }, ...fields],
    };
    const schema = { type: 'record', name: 'alert', fields: [{ name: 'diaSource', type: diaSource }] };
    expect(() => refusalOf(schema, Buffer.from([0]))).toThrow(/^these are LSST alerts \(dia/);
  });
});

describe.skipIf(!hasSharedData)(`the cases that stopped the service${sharedNote}`, () => {
  const file = (name: string): Buffer => readFileSync(sharedPath('cases', 'avro', name));

  it('list items that take no bytes', () => {
    const value = file('value-zero-byte-items.avro-bin');
    expect(refusalOf(file('key-zero-byte-items.json'), value)).toMatch(/no alerts|items/);
  });

  it('28 doublings', () => {
    expect(refusalOf(file('key-doubling-records.json'), Buffer.from([0]))).toMatch(/a schema of more than/);
  });
});

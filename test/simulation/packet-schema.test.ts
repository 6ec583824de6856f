import { readFileSync } from 'node:fs';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BAND_FEATURES, CANDIDATE, PRV_CANDIDATE, packetSchema } from '../../src/simulation/packet-schema.ts';
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

import { type Cursor, spend } from './avro/cursor.ts';
import { parseAvroSchema } from './avro/parse-schema.ts';
import { type AvroValue, compileReader } from './avro/reader.ts';
import { fieldNames, stepsOf } from './avro/schema-budget.ts';
import { checkShape, checkSurvey } from './packet-shape.ts';
import { packetFields } from './wanted-fields.ts';

/** Finds the reader for packets of a schema. Throws if the bytes are not a schema, with the reason. */
export type PacketSchemas = (schema: Uint8Array) => (cursor: Cursor) => AvroValue;

type Known = { readonly source: Uint8Array } & (
  | { readonly read: (cursor: Cursor) => AvroValue }
  | { readonly error: Error }
);

const REMEMBERED = 8;

/**
 * Readers of packets' wanted fields, by schema. The last few schemas are remembered: each is some 38 kB of
 * JSON that takes 10 ms to parse, the same for all packets of a night, so it is parsed once and afterwards
 * only compared (which is quicker than to hash it).
 */
export const createPacketSchemas = (options: { stamps: boolean }): PacketSchemas => {
  // The most recently used first.
  const known: Known[] = [];

  const compile = (source: Uint8Array): Known => {
    try {
      checkSurvey(source);
      const type = parseAvroSchema(source);
      const names = fieldNames(type);
      checkShape(names);
      const fields = packetFields({ ...options, flat: !names.has('candidate') });
      const [read, steps] = [compileReader(type, fields), stepsOf(type)];
      return {
        source,
        read: (cursor) => {
          spend(cursor, steps);
          return read(cursor);
        },
      };
    } catch (error) {
      return { source, error: error instanceof Error ? error : new Error(String(error)) };
    }
  };

  return (source) => {
    const index = known.findIndex((entry) => Buffer.compare(entry.source, source) === 0);
    const entry = known[index] ?? compile(Uint8Array.from(source));
    if (index !== 0) {
      if (index > 0) known.splice(index, 1);
      known.unshift(entry);
      known.length = Math.min(known.length, REMEMBERED);
    }
    if ('error' in entry) throw entry.error;
    return entry.read;
  };
};

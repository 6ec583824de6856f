import avsc, { type Type } from 'avsc';
import { messageOf } from '../../../lib/errors.ts';
import { checkNesting, checkSchema, checkSchemaSize, countParts, type PartCounter } from './schema-budget.ts';

/**
 * Parses an Avro schema (JSON text or its UTF-8 bytes) into avsc's tree of types.
 *
 * Every `default` is dropped first: raw ZTF schemas carry defaults that the specification forbids and
 * avsc refuses ("incompatible field default null"), and a reader of whole packets never needs one.
 *
 * @throws if the text is not a schema, with the reason
 */
export const parseAvroSchema = (source: Uint8Array | string): Type => {
  checkSchemaSize(source.length);
  const text = (typeof source === 'string' ? source : Buffer.from(source).toString('utf8')).replace(
    /^\uFEFF/,
    '',
  );
  if (text.trim() === '') throw new Error('the schema is empty');
  if (/^\s*[["]/.test(text)) throw new Error('the schema is no record: packets are records');
  if (!text.trimStart().startsWith('{')) {
    throw new Error(
      `"${text.trim().slice(0, 40)}" is not an Avro schema; packets of early Fink brokers carry only a ` +
        'version string there and cannot be decoded',
    );
  }
  checkNesting(text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`the schema is not valid JSON: ${messageOf(error)}`);
  }
  const schema = bareSchema(parsed, countParts(), 0);
  const type = typeOf(schema);
  checkSchema(type);
  return type;
};

function typeOf(schema: unknown): Type {
  try {
    // Wrapped unions only mean that avsc accepts every union: its own decoder and its records are not used.
    return avsc.Type.forSchema(asSchema(schema), { wrapUnions: 'always', omitRecordMethods: true });
  } catch (error) {
    throw new Error(`the schema is not valid Avro: ${messageOf(error)}`);
  }
}

/** What is said of a type besides: nothing is read by it. */
const BESIDES = new Set(['default', 'aliases', 'doc', 'order']);
/** Where a name may stand. */
const NAMED = new Set(['name', 'namespace', 'type', 'items', 'values']);

/**
 * The schema without what is said besides, and with names that avsc takes: writers that do not check theirs have
 * `2MASS_name` or `mag-rate`. A field named "default" keeps its place: it is an element of an array, not a
 * `default` key of one.
 */
function bareSchema(value: unknown, parts: PartCounter, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  parts.enter(depth);
  if (Array.isArray(value)) {
    parts.names(value.length);
    return value.map((inside) =>
      typeof inside === 'string' ? validName(inside) : bareSchema(inside, parts, depth + 1),
    );
  }
  const kept: Record<string, unknown> = {};
  for (const [key, inside] of Object.entries(value)) {
    if (BESIDES.has(key)) continue;
    kept[key] =
      typeof inside === 'string' && NAMED.has(key) ? validName(inside) : bareSchema(inside, parts, depth + 1);
  }
  return kept;
}

/** A name of letters, digits and underscores between its dots; another character is replaced by its number. */
const validName = (name: string): string =>
  /^[\w.]*$/.test(name) && !/(^|\.)\d/.test(name)
    ? name
    : name
        .replace(/[^\w.]/gu, (character) => `_x${character.codePointAt(0)?.toString(16)}_`)
        .replace(/(^|\.)(?=\d)/g, '$1_');

type AvscSchema = Parameters<typeof avsc.Type.forSchema>[0];

/** avsc checks the shape itself; what it needs from here is only that this is an object. */
function asSchema(parsed: unknown): AvscSchema {
  if (!isSchemaObject(parsed)) throw new Error('a schema must be a JSON object with a type');
  return parsed;
}

const isSchemaObject = (value: unknown): value is Exclude<AvscSchema, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'type' in value;

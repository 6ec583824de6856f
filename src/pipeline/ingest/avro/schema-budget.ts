import avsc, { type types as avscTypes, type Type } from 'avsc';

/** A Fink packet's schema is 38 kB of text: some 550 objects and lists, 900 types. */
const MOST_BYTES = 1024 * 1024;
const MOST_PARTS = 3000;
/** Names of branches and symbols in its lists. */
const MOST_NAMES = 10_000;
const MOST_TYPES = 3000;
const DEEPEST = 32;

/** @throws if the text is longer than any schema of packets */
export const checkSchemaSize = (bytes: number): void => {
  if (bytes > MOST_BYTES) throw new Error(`a schema of ${bytes} bytes: more than ${MOST_BYTES}`);
};

/**
 * Refuses text of so many brackets within each other that parsing it would fill memory.
 *
 * @throws if a schema nests deeper than any of packets
 */
export const checkNesting = (text: string): void => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      for (at++; at < text.length && text.charCodeAt(at) !== quote; at++) {
        if (text.charCodeAt(at) === backslash) at++;
      }
    } else if (code === openBracket || code === openBrace) {
      depth++;
      if (depth > 3 * DEEPEST) throw tooDeep();
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
};

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

const tooDeep = (): Error => new Error(`a schema with types more than ${DEEPEST} deep in each other`);

/** Counts the objects and lists of a schema's JSON while it is walked. */
export interface PartCounter {
  /** @throws if there are more than any packet's schema has, or they are nested too deeply */
  enter(depth: number): void;
  /** @throws if lists of names are longer than those of packets */
  names(count: number): void;
}

export const countParts = (): PartCounter => {
  let parts = 0;
  let names = 0;
  return {
    names(count) {
      names += count;
      if (names > MOST_NAMES) throw new Error(`a schema with more than ${MOST_NAMES} names in its lists`);
    },
    enter(depth) {
      parts++;
      if (parts > MOST_PARTS) throw new Error(`a schema of more than ${MOST_PARTS} parts`);
      // A type in a record takes three levels of JSON.
      if (depth > 3 * DEEPEST) throw tooDeep();
    },
  };
};

/** Cost of reading a value of a type. */
interface Cost {
  /** Types in it, a named one counted wherever it is used: the number of readers to compile. */
  readonly types: number;
  /** Most steps to read it, without lists and maps: their items are counted as they are read. */
  readonly steps: number;
}

/**
 * Refuses schemas for which compiling a reader would take long: types nested by name (28 records, each with two
 * of the one before, are 2^28 types), and types that contain themselves. No packet has either.
 *
 * @throws Error with the reason in words
 */
export const checkSchema = (type: Type): void => {
  costOf(type, new Map());
};

/** Steps to read one value of a type. Call it for types that `checkSchema` has passed. */
export const stepsOf = (type: Type): number => costOf(type, new Map()).steps;

function costOf(type: Type, known: Map<Type, Cost | null>): Cost {
  const before = known.get(type);
  if (before === null) throw new Error(`the schema's type ${nameOf(type)} contains itself`);
  if (before !== undefined) return before;
  known.set(type, null);
  const cost = newCostOf(type, known);
  if (cost.types > MOST_TYPES) throw new Error(`a schema of more than ${MOST_TYPES} types`);
  known.set(type, cost);
  return cost;
}

function newCostOf(type: Type, known: Map<Type, Cost | null>): Cost {
  const sum = (types: readonly Type[]): Cost => {
    const cost = { types: 1, steps: 1 };
    for (const inside of types) {
      const { types: more, steps } = costOf(inside, known);
      cost.types += more;
      cost.steps += steps;
      if (cost.types > MOST_TYPES) break;
    }
    return cost;
  };
  if (type instanceof avsc.types.RecordType) return sum(type.fields.map((field) => field.type));
  if (type instanceof avsc.types.ArrayType) return { types: sum([type.itemsType]).types, steps: 1 };
  if (type instanceof avsc.types.MapType) return { types: sum([type.valuesType]).types, steps: 1 };
  const branches = unionBranches(type);
  return branches === null ? { types: 1, steps: 1 } : sum(branches);
}

const nameOf = (type: Type): string => type.name ?? type.typeName;

/** A union's branches in the schema's order; null for any other type. */
export const unionBranches = (type: Type): readonly Type[] | null =>
  type instanceof avsc.types.WrappedUnionType || type instanceof avsc.types.UnwrappedUnionType
    ? type.types
    : null;

/** The names of a record's fields, and of those of the record `candidate` in it with that before them. */
export const fieldNames = (type: Type): Set<string> => {
  const names = new Set<string>();
  for (const field of recordFields(type)) {
    names.add(field.name);
    if (field.name !== 'candidate') continue;
    for (const inside of recordFields(field.type)) names.add(`candidate.${inside.name}`);
  }
  return names;
};

/** The fields of a record, or of the record that is a union's branch. */
const recordFields = (type: Type): readonly avscTypes.Field[] => {
  const record = (unionBranches(type) ?? [type]).find((branch) => branch instanceof avsc.types.RecordType);
  return record instanceof avsc.types.RecordType ? record.fields : [];
};

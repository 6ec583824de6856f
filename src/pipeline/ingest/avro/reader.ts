import avsc, { type types as avscTypes, type Type } from 'avsc';
import { AvroDataError, type Cursor, readBlockCount, readLong, readSize, take } from './cursor.ts';
import { stepsOf, unionBranches } from './schema-budget.ts';
import { compileSkipRun } from './skip-run.ts';

/** A decoded value: longs are numbers where that is exact, else bigints; enums are their symbol. */
export type AvroValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | AvroValue[]
  | { [field: string]: AvroValue };

/**
 * The fields to keep, by name: `true` keeps a field whole, a nested object keeps some fields of a record
 * (or of the records of an array, of a map, of a union). What a schema lacks is simply not there.
 */
export interface Wanted {
  readonly [field: string]: true | Wanted;
}

type Read = (cursor: Cursor) => AvroValue;

/**
 * Compiles a schema into a function that reads one value, the wanted fields only, and skips the rest.
 *
 * avsc parses the schema but does not decode: its reader loops as often as a damaged array count says,
 * past the end of the buffer (2^26 items: 8 s and 1 GB before it says "truncated"; real damage: never),
 * and it matches records of a reader's schema by their names, which Fink's brokers change.
 */
export const compileReader = (type: Type, wanted: true | Wanted): Read => {
  if (type instanceof avsc.types.RecordType) return recordReader(type, wanted);
  if (type instanceof avsc.types.ArrayType)
    return arrayReader(compileReader(type.itemsType, wanted), stepsOf(type.itemsType));
  if (type instanceof avsc.types.MapType) return mapReader(type, wanted);
  if (type instanceof avsc.types.EnumType) return enumReader(type.symbols);
  const branches = unionBranches(type);
  if (branches !== null) return unionReader(branches.map((branch) => compileReader(branch, wanted)));
  if (type instanceof avsc.types.FixedType) {
    const { size } = type;
    return (cursor) => bytesAt(cursor, size);
  }
  const read = readers[type.typeName];
  if (read === undefined) throw new Error(`values of the Avro type ${type.typeName} cannot be read`);
  return read;
};

/** Reads one value that fills the bytes exactly. */
export const readWhole = (read: Read, cursor: Cursor): AvroValue => {
  const value = read(cursor);
  const left = cursor.end - cursor.position;
  if (left > 0) throw new AvroDataError(`${left} bytes are left over after the packet`);
  return value;
};

/** Bytes are views, not copies: of a packet's 90 kB half are cutouts, most of which are only passed on. */
function bytesAt(cursor: Cursor, size: number): Uint8Array {
  const start = take(cursor, size);
  return new Uint8Array(cursor.bytes.buffer, cursor.bytes.byteOffset + start, size);
}

const readers: Readonly<Record<string, Read>> = {
  null: () => null,
  boolean: (cursor) => cursor.bytes[take(cursor, 1)] === 1,
  int: readLong,
  long: readLong,
  float: (cursor) => cursor.view.getFloat32(take(cursor, 4), true),
  double: (cursor) => cursor.view.getFloat64(take(cursor, 8), true),
  bytes: (cursor) => bytesAt(cursor, readSize(cursor)),
  string: readString,
};

function readString(cursor: Cursor): string {
  const size = readSize(cursor);
  const start = take(cursor, size);
  const first = cursor.bytes[start];
  // Every epoch has a string of one character (isdiffpos); calling the decoder for it is slower.
  if (size === 1 && first !== undefined && first < 0x80) return String.fromCharCode(first);
  return cursor.bytes.toString('utf8', start, start + size);
}

function recordReader(type: avscTypes.RecordType, wanted: true | Wanted): Read {
  const steps: { name: string; read: Read }[] = [];
  const skips: ((cursor: Cursor) => void)[] = [];
  let run: Type[] = [];
  for (const field of type.fields) {
    const keep = wanted === true || (Object.hasOwn(wanted, field.name) && wanted[field.name]);
    if (!keep) {
      run.push(field.type);
      continue;
    }
    steps.push({ name: field.name, read: compileReader(field.type, keep) });
    skips.push(compileSkipRun(run));
    run = [];
  }
  const skipRest = compileSkipRun(run);
  return (cursor) => {
    const record: { [field: string]: AvroValue } = {};
    for (let i = 0; i < steps.length; i++) {
      skips[i]?.(cursor);
      const step = steps[i];
      if (step !== undefined) record[step.name] = step.read(cursor);
    }
    skipRest(cursor);
    return record;
  };
}

const arrayReader =
  (item: Read, steps: number): Read =>
  (cursor) => {
    const items: AvroValue[] = [];
    for (let count = readBlockCount(cursor, steps); count > 0; count = readBlockCount(cursor, steps)) {
      for (let i = 0; i < count; i++) items.push(item(cursor));
    }
    return items;
  };

function mapReader(type: avscTypes.MapType, wanted: true | Wanted): Read {
  const valuesType: Type = type.valuesType;
  const skip = compileSkipRun([valuesType]);
  const steps = 1 + stepsOf(valuesType);
  const readers = new Map<string, Read>();
  if (wanted !== true) {
    for (const [name, keep] of Object.entries(wanted)) readers.set(name, compileReader(valuesType, keep));
  }
  const readAny = wanted === true ? compileReader(valuesType, true) : undefined;
  return (cursor) => {
    const values: { [field: string]: AvroValue } = {};
    for (let count = readBlockCount(cursor, steps); count > 0; count = readBlockCount(cursor, steps)) {
      for (let i = 0; i < count; i++) {
        const name = readString(cursor);
        const read = readers.get(name) ?? readAny;
        if (read === undefined) skip(cursor);
        else values[name] = read(cursor);
      }
    }
    return values;
  };
}

const enumReader =
  (symbols: readonly string[]): Read =>
  (cursor) => {
    const index = readSize(cursor);
    const symbol = symbols[index];
    if (symbol === undefined) throw new AvroDataError(`symbol ${index} of an enum of ${symbols.length}`);
    return symbol;
  };

const unionReader =
  (branches: readonly Read[]): Read =>
  (cursor) => {
    const index = readSize(cursor);
    const read = branches[index];
    if (read === undefined) throw new AvroDataError(`branch ${index} of a union of ${branches.length}`);
    return read(cursor);
  };

import avsc, { type Type } from 'avsc';
import { AvroDataError, type Cursor, readBlockCount, readSize, take, truncated } from './cursor.ts';
import { stepsOf, unionBranches } from './schema-budget.ts';

type Skip = (cursor: Cursor) => void;

/*
 * A packet has about 1,900 fields (30 epochs of 57) of which we want 330, so skipping is what decoding
 * consists of. Runs of unwanted fields are therefore compiled to a flat list of small codes over which one
 * tight loop goes: KIND is how to skip the value, NULL_SECOND / NULL_FIRST says that the field is a union
 * of it with null, on the side named.
 */
const VARINT = 0;
const FOUR_BYTES = 1;
const EIGHT_BYTES = 2;
const SIZED = 3;
const ONE_BYTE = 4;
const NOTHING = 5;
const OTHER = 6;
const KIND = 7;
const NULL_SECOND = 8;
const NULL_FIRST = 16;

/** The numbers of a union's two branches as they are written: zigzag. */
const FIRST_BRANCH = 0;
const SECOND_BRANCH = 2;

/** A function that skips one value of each of the types, one after another. */
export const compileSkipRun = (run: readonly Type[]): Skip => {
  const codes = new Uint8Array(run.length);
  const others: Skip[] = [];
  run.forEach((type, index) => {
    const code = codeOf(type);
    codes[index] = code;
    if ((code & KIND) === OTHER) others.push(compileSkip(type));
  });
  return (cursor) => {
    const { bytes, end } = cursor;
    // The position is kept here, and compared with the end only where it is handed on: behind the end
    // there are no bytes, so nothing below goes on for long.
    let position = cursor.position;
    let other = 0;
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] ?? NOTHING;
      if (code > KIND) {
        const branch = bytes[position];
        if (branch !== FIRST_BRANCH && branch !== SECOND_BRANCH) throw branchError(cursor, position);
        position++;
        if (branch === (code & NULL_SECOND ? SECOND_BRANCH : FIRST_BRANCH)) continue;
      }
      switch (code & KIND) {
        case VARINT:
          while ((bytes[position++] ?? 0) >= 0x80);
          break;
        case FOUR_BYTES:
          position += 4;
          break;
        case EIGHT_BYTES:
          position += 8;
          break;
        case SIZED: {
          cursor.position = position;
          const size = readSize(cursor);
          position = cursor.position + size;
          break;
        }
        case ONE_BYTE:
          position++;
          break;
        case OTHER:
          cursor.position = position;
          others[other++]?.(cursor);
          position = cursor.position;
          break;
        default: // NOTHING: a null takes no bytes
      }
    }
    if (position > end) throw truncated(cursor);
    cursor.position = position;
  };
};

/** Why the bytes at a position are not the branch of a union of two. */
function branchError(cursor: Cursor, position: number): AvroDataError {
  cursor.position = position;
  return new AvroDataError(`branch ${readSize(cursor)} of a union of 2`);
}

function codeOf(type: Type): number {
  const branches = unionBranches(type);
  if (branches === null) return plainCodeOf(type);
  const [first, second] = branches;
  if (branches.length !== 2 || first === undefined || second === undefined) return OTHER;
  if (second.typeName === 'null' && plainCodeOf(first) !== OTHER) return plainCodeOf(first) | NULL_SECOND;
  if (first.typeName === 'null' && plainCodeOf(second) !== OTHER) return plainCodeOf(second) | NULL_FIRST;
  return OTHER;
}

const codes: Readonly<Record<string, number>> = {
  int: VARINT,
  long: VARINT,
  enum: VARINT,
  float: FOUR_BYTES,
  double: EIGHT_BYTES,
  string: SIZED,
  bytes: SIZED,
  boolean: ONE_BYTE,
  null: NOTHING,
};

const plainCodeOf = (type: Type): number => codes[type.typeName] ?? OTHER;

function compileSkip(type: Type): Skip {
  if (type instanceof avsc.types.RecordType) return compileSkipRun(type.fields.map((field) => field.type));
  if (type instanceof avsc.types.ArrayType)
    return skipBlocks(compileSkipRun([type.itemsType]), stepsOf(type.itemsType));
  if (type instanceof avsc.types.MapType) {
    const value = compileSkipRun([type.valuesType]);
    return skipBlocks((cursor) => {
      take(cursor, readSize(cursor));
      value(cursor);
    }, 1 + stepsOf(type.valuesType));
  }
  if (type instanceof avsc.types.FixedType) {
    const { size } = type;
    return (cursor) => {
      take(cursor, size);
    };
  }
  const branches = unionBranches(type);
  if (branches === null) throw new Error(`values of the Avro type ${type.typeName} cannot be skipped`);
  const skips = branches.map((branch) => compileSkipRun([branch]));
  return (cursor) => {
    const branch = readSize(cursor);
    const skip = skips[branch];
    if (skip === undefined) throw new AvroDataError(`branch ${branch} of a union of ${skips.length}`);
    skip(cursor);
  };
}

const skipBlocks =
  (item: Skip, steps: number): Skip =>
  (cursor) => {
    for (let count = readBlockCount(cursor, steps); count > 0; count = readBlockCount(cursor, steps)) {
      for (let i = 0; i < count; i++) item(cursor);
    }
  };

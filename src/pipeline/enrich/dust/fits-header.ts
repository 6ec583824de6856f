import { readSync } from 'node:fs';
import { FinkvraError } from '../../../lib/errors.ts';

const BLOCK = 2880;
const CARD = 80;
/** More header than any map has; a file that never says END is given up after this many blocks. */
const MOST_BLOCKS = 200;

export type FitsValue = string | number | boolean;

/** The header of one header-data unit of a FITS file. */
export interface FitsHeader {
  readonly cards: ReadonlyMap<string, FitsValue>;
  /** Byte at which the unit's data begins. */
  readonly dataOffset: number;
}

/** Reads exactly `length` bytes at `position`, or as many as the file has. */
export const readAt = (file: number, position: number, length: number): Buffer => {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
};

/** The value in a card's last 70 characters; undefined if there is none or it cannot be parsed. */
const parseValue = (text: string): FitsValue | undefined => {
  const string = /^\s*'((?:[^']|'')*)'/.exec(text);
  if (string) return (string[1] ?? '').replaceAll("''", "'").trimEnd();
  const bare = (text.split('/', 1)[0] ?? '').trim();
  if (bare === 'T') return true;
  if (bare === 'F') return false;
  const number = Number(bare.replace(/[dD]/, 'E'));
  return bare !== '' && Number.isFinite(number) ? number : undefined;
};

/**
 * Reads the header of the unit that begins at byte `offset` of an open file.
 * @param name names the file in errors
 * @throws FinkvraError if there is no FITS header there
 */
export const readFitsHeader = (file: number, name: string, offset = 0): FitsHeader => {
  const cards = new Map<string, FitsValue>();
  for (let block = 0; block < MOST_BLOCKS; block += 1) {
    const bytes = readAt(file, offset + block * BLOCK, BLOCK);
    const text = bytes.toString('latin1');
    if (block === 0 && !/^(SIMPLE {2}=|XTENSION=)/.test(text)) {
      throw new FinkvraError(`${name} is not a FITS file`);
    }
    if (bytes.length < BLOCK) throw new FinkvraError(`${name} ends within its FITS header`);
    for (let at = 0; at < BLOCK; at += CARD) {
      const keyword = text.slice(at, at + 8).trimEnd();
      if (keyword === 'END') return { cards, dataOffset: offset + (block + 1) * BLOCK };
      if (text.slice(at + 8, at + 10) !== '= ') continue;
      const value = parseValue(text.slice(at + 10, at + CARD));
      if (value !== undefined && !cards.has(keyword)) cards.set(keyword, value);
    }
  }
  throw new FinkvraError(`${name} has a FITS header without an end`);
};

/**
 * A number of the header.
 * @throws FinkvraError if it is missing (and there is no `otherwise`) or not a number
 */
export const headerNumber = (
  header: FitsHeader,
  keyword: string,
  name: string,
  otherwise?: number,
): number => {
  const value = header.cards.get(keyword) ?? otherwise;
  if (typeof value !== 'number')
    throw new FinkvraError(`${name} has no number ${keyword} in its FITS header`);
  return value;
};

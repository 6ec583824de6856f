import { FinkvraError } from '../../lib/errors.ts';

/** Digits that spreadsheets keep of a number; a candid has 18 or 19. */
const SPREADSHEET_DIGITS = 15;
/** Digits that tell two doubles apart: programs that read a candid as a real number write so many. */
const DOUBLE_DIGITS = 17;
const LONGEST_CANDID = 20;
/** So many zeros at the end are seldom: of the real ones one in twenty has four. */
const SELDOM_ZEROS = 4;

/** A candid as a file has it. */
export interface WrittenCandid {
  /** The whole number that it says. */
  readonly value: bigint;
  /** Digits that may be right; the rest are zeros which a program may have put there. */
  readonly digits: number;
  /** `whole`: no sign of rounding. `maybe`: it looks rounded, some real ones do. `rounded`: it is. */
  readonly kind: 'whole' | 'maybe' | 'rounded';
}

const isGrouped = (text: string): boolean => /^\d{1,3}(?:([ \u00a0\u202f',.])\d{3})(?:\1\d{3})*$/.test(text);

/** What spreadsheets and programs put around a whole number: ="123", 123L, 1 234 567, 123.0. */
const bareNumber = (text: string): string => {
  const inner = text
    .trim()
    .replace(/^=?"(.*)"$/, '$1')
    .replace(/^'|L$/g, '')
    .trim();
  return isGrouped(inner) ? inner.replace(/\D/g, '') : inner.replace(/[.,]0*$/, '');
};

const zerosAtEnd = (text: string): number => /0*$/.exec(text)?.[0].length ?? 0;

const wholeNumber = (text: string): WrittenCandid => {
  const value = BigInt(text);
  const significant = text.length - zerosAtEnd(text);
  const asDouble = value > BigInt(Number.MAX_SAFE_INTEGER) && BigInt(Number(text)) === value;
  const looksRounded = text.length > SPREADSHEET_DIGITS && (significant <= SPREADSHEET_DIGITS || asDouble);
  return {
    value,
    digits: Math.max(significant, SPREADSHEET_DIGITS),
    kind: looksRounded ? 'maybe' : 'whole',
  };
};

/** 3.06E+18 or 3,06e18. */
const scientific = (text: string): WrittenCandid | null => {
  const [, whole = '', part = '', exponent = ''] = /^(\d)(?:[.,](\d*))?e\+?(\d{1,2})$/i.exec(text) ?? [];
  if (whole === '' || part.length > Number(exponent) || Number(exponent) >= LONGEST_CANDID) return null;
  const value = BigInt(whole + part) * 10n ** BigInt(Number(exponent) - part.length);
  return { value, digits: 1 + part.length, kind: 'rounded' };
};

/** Reads a candid as files write it; null if it is not one. */
export const readCandid = (text: string): WrittenCandid | null => {
  const bare = bareNumber(text);
  if (/^\d+$/.test(bare)) return bare.length <= LONGEST_CANDID ? wholeNumber(bare) : null;
  return scientific(bare);
};

const roundedTo = (value: bigint, digits: number): { readonly up: bigint; readonly down: bigint } => {
  const lost = value.toString().length - digits;
  if (lost <= 0) return { up: value, down: value };
  const unit = 10n ** BigInt(lost);
  const down = (value / unit) * unit;
  return { up: ((value + unit / 2n) / unit) * unit, down };
};

/** Whether a real candid can have become the written one: rounded, cut, or read as a double. */
const fits = (written: WrittenCandid, candid: string): boolean => {
  const value = BigInt(candid);
  if (Number(value) === Number(written.value)) return true;
  for (let digits = written.digits; digits <= DOUBLE_DIGITS; digits += 1) {
    const { up, down } = roundedTo(value, digits);
    if (up === written.value || down === written.value) return true;
  }
  return false;
};

/** A row's candid with its object and what the store has of it. */
export interface CandidToSettle {
  readonly line: number;
  readonly text: string;
  /** Null where the file names no object: any alert of the store may be meant. */
  readonly objectId: string | null;
  readonly written: WrittenCandid;
  /** Candids in the store that it can be: of the object's alerts, or near its value. */
  readonly stored: readonly string[];
}

/** The smallest and the largest candid that can have become the written one. */
export const candidRange = ({
  value,
  digits,
}: WrittenCandid): { readonly from: bigint; readonly to: bigint } => {
  const unit = 10n ** BigInt(Math.max(0, value.toString().length - Math.min(digits, SPREADSHEET_DIGITS)));
  return { from: value - unit, to: value + unit };
};

/** Whether a program has rounded a whole column: nothing in it has all its digits, and more zeros than chance has. */
export const isRoundedColumn = (column: readonly WrittenCandid[]): boolean => {
  const long = column.filter(({ value }) => value > BigInt(Number.MAX_SAFE_INTEGER));
  return (
    long.every(({ kind }) => kind !== 'whole') &&
    long.some(({ value }) => zerosAtEnd(value.toString()) >= SELDOM_ZEROS)
  );
};

/**
 * The candid that a row means: its own; or the store's, if the row's lost its last digits and exactly one alert
 * of the object fits.
 * @param columnRounded whether the whole column looks rounded (isRoundedColumn)
 * @throws FinkvraError naming the line of a rounded candid that cannot be corrected
 */
export const settleCandid = (row: CandidToSettle, source: string, columnRounded: boolean): string => {
  const { line, text, objectId, written, stored } = row;
  const own = written.value.toString();
  if (written.kind === 'whole' || stored.includes(own)) return own;
  const fitting = stored.filter((candid) => fits(written, candid));
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return only;
  if (fitting.length === 0 && written.kind === 'maybe' && !columnRounded) return own;
  const ofObject = objectId === null ? '' : ` of ${objectId}`;
  const why =
    fitting.length > 1
      ? `the store has more than one alert${ofObject} that it could be (${fitting.slice(0, 3).join(', ')})`
      : `the store has no alert${ofObject} that it could be`;
  throw new FinkvraError(
    `${source} line ${line}: the candid "${text}" was rounded by a program, and ${why}: ` +
      'give all its digits (in a spreadsheet import the column as text), or pull that alert first',
  );
};

import { FinkvraError } from './errors.ts';

/** A date as some file has it, and the line to name when it cannot be read. */
export interface WrittenDate {
  readonly line: number;
  readonly text: string;
}

/** Which comes first in 01/06/2025. */
export type DateOrder = 'day-first' | 'month-first';

export interface ReadDates {
  /** ISO 8601 in UTC, ending in Z, with the digits of the seconds as they were written. */
  readonly times: readonly string[];
  /** How dates such as 01/06/2025 were read, where nothing in the file tells; else null. */
  readonly assumed: { readonly order: DateOrder; readonly example: string } | null;
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const TIME =
  /^(\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,](\d+))?)?\s*([ap])?\.?m?\.?\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?$/i;
const YEAR_FIRST = /^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ,]+(.*))?$/i;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(.*))?$/i;
const DAY_NAMED =
  /^(?:\p{L}{2,10}[.,]?\s+)?(\d{1,2})[-. /]+(\p{L}{3,10})[-., /]+(\d{4}|\d{2})(?:[T ,]+(.*))?$/iu;
const MONTH_NAMED = /^(?:\p{L}{2,10}[.,]?\s+)?(\p{L}{3,10})\.?\s+(\d{1,2}),?\s+(\d{4})(?:[T ,]+(.*))?$/iu;
const NUMBER = /^\d+(?:[.,]\d+)?$/;

/** Beginnings of the months' names, as spreadsheets write them in English, French, German, Spanish and Italian. */
const MONTHS = [
  /^(jan|ene|gen)/,
  /^(feb|fev|fév)/,
  /^(mar|mär)/,
  /^(apr|avr|abr)/,
  /^(may|mai|mag)/,
  /^(jun|juin|giu)/,
  /^(jul|juil|lug)/,
  /^(aug|aou|aoû|ago)/,
  /^(sep|set)/,
  /^(oct|okt|ott)/,
  /^nov/,
  /^(dec|déc|dez|dic)/,
];
/** Years that a label can be of: a typing mistake or another kind of number is outside. */
const YEARS = { first: 1990, last: 2100 };

const DAY_MS = 86_400_000;
/** Numbers that are times, told apart by size: the ranges for 1990 to 2100 do not overlap. */
const NUMBERS: readonly { readonly from: number; readonly to: number; toMs(value: number): number }[] = [
  { from: 36_526, to: 47_847, toMs: (days) => (days - 25_569) * DAY_MS }, // a spreadsheet's days, 2000 to 2030
  { from: 47_892, to: 88_069, toMs: (mjd) => (mjd - 40_587) * DAY_MS },
  { from: 2_447_892, to: 2_488_070, toMs: (jd) => (jd - 2_440_587.5) * DAY_MS },
  { from: 6.3e8, to: 4.2e9, toMs: (seconds) => seconds * 1000 },
  { from: 6.3e11, to: 4.2e12, toMs: (ms) => ms },
];

const fullYear = (text: string): number => (text.length === 2 ? 2000 + Number(text) : Number(text));

const monthNamed = (text: string): number => MONTHS.findIndex((month) => month.test(text.toLowerCase())) + 1;

const two = (value: number): string => String(value).padStart(2, '0');

/** Date and time of day as ISO 8601 in UTC; null if either is not valid. A time without a zone is UTC. */
const isoOf = ({ year, month, day }: Parts, time: string | undefined): string | null => {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  if (year < YEARS.first || year > YEARS.last) return null;
  const text = `${year}-${two(month)}-${two(day)}`;
  if (time === undefined || time.trim() === '') return `${text}T00:00:00Z`;
  const found = TIME.exec(time.trim());
  if (found === null) return null;
  const [, hours = '', minutes = '00', seconds = '00', fraction, half, zone = 'Z'] = found;
  const hour =
    half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const local = `${text}T${two(hour)}:${minutes}:${seconds}${fraction === undefined ? '' : `.${fraction}`}`;
  if (/^[a-z]/i.test(zone)) return `${local}Z`;
  const offset = /^([+-]\d{2}):?(\d{2})?$/.exec(zone);
  const at = Date.parse(`${local}${offset?.[1]}:${offset?.[2] ?? '00'}`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

const numberTime = (text: string): string | null => {
  const value = Number(text.replace(',', '.'));
  const kind = NUMBERS.find(({ from, to }) => value >= from && value < to);
  return kind === undefined ? null : new Date(Math.round(kind.toMs(value))).toISOString();
};

/** A date whose order of day and month is unambiguous; undefined for one like 01/06/2025. */
const plainTime = (text: string): string | null | undefined => {
  if (NUMBER.test(text) && !/^(19|20)\d{6}$/.test(text)) return numberTime(text);
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, , month, day, time] = yearFirst;
    return isoOf({ year: Number(year), month: Number(month), day: Number(day) }, time);
  }
  if (YEAR_LAST.test(text)) return undefined;
  const dayNamed = DAY_NAMED.exec(text);
  if (dayNamed !== null) {
    const [, day, month = '', year = '', time] = dayNamed;
    return isoOf({ year: fullYear(year), month: monthNamed(month), day: Number(day) }, time);
  }
  const [, month = '', day, year = '', time] = MONTH_NAMED.exec(text) ?? [];
  return isoOf({ year: fullYear(year), month: monthNamed(month), day: Number(day) }, time);
};

const orderedTime = (text: string, order: DateOrder): string | null => {
  const [, first, , second, year = '', time] = YEAR_LAST.exec(text) ?? [];
  const [day, month] = order === 'day-first' ? [first, second] : [second, first];
  return isoOf({ year: fullYear(year), month: Number(month), day: Number(day) }, time);
};

const isPointed = (text: string): boolean => /^\d{1,2}\./.test(text);

/** The order in which all dates like 01/06/2025 are valid, and whether the other order is valid too. */
const orderOf = (dates: readonly WrittenDate[], source: string): { order: DateOrder; told: boolean } => {
  const fails = (order: DateOrder) => dates.find(({ text }) => orderedTime(text, order) === null);
  const notDayFirst = fails('day-first');
  const notMonthFirst = fails('month-first');
  if (notDayFirst === undefined) {
    // Dots are used with the day first; am and pm with the month first.
    const told = notMonthFirst !== undefined || dates.some(({ text }) => isPointed(text));
    if (!told && dates.some(({ text }) => /[ap]\.?m\.?$/i.test(text)))
      return { order: 'month-first', told: false };
    return { order: 'day-first', told };
  }
  if (notMonthFirst === undefined) return { order: 'month-first', told: true };
  throw new FinkvraError(
    notDayFirst === notMonthFirst
      ? `${source} line ${notDayFirst.line}: "${notDayFirst.text}" is no date and time`
      : `${source}: line ${notDayFirst.line} (${notDayFirst.text}) cannot be day first, line ${notMonthFirst.line} ` +
          `(${notMonthFirst.text}) cannot be month first: write dates as 2025-06-30`,
  );
};

/**
 * Times of any usual kind: ISO 8601, 01/06/2025 10:00, 1 Jun 2025, a spreadsheet's day number, MJD, JD, Unix
 * seconds; without a zone they are UTC. One order of day and month holds for the whole file: `order` if given, else
 * the one that all its dates allow, else day first. @throws FinkvraError naming the first line that is not a date
 */
export const readDates = (
  dates: readonly WrittenDate[],
  source: string,
  order: DateOrder | null = null,
): ReadDates => {
  const trimmed = dates.map(({ line, text }) => ({ line, text: text.trim() }));
  const turned = trimmed.filter(({ text }) => plainTime(text) === undefined);
  const found = order === null && turned.length > 0 ? orderOf(turned, source) : null;
  const used = order ?? found?.order ?? 'day-first';
  const times = trimmed.map(({ line, text }) => {
    const time = plainTime(text) ?? orderedTime(text, used);
    if (time === null) throw new FinkvraError(`${source} line ${line}: "${text}" is no date and time`);
    return time;
  });
  const [example] = turned;
  const assumed = found !== null && !found.told && example !== undefined;
  return { times, assumed: assumed ? { order: used, example: example.text } : null };
};

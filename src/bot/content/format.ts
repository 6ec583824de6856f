/** Text that people read, the same in every chat and in the terminal. */

const BANDS: Readonly<Record<number, string>> = { 1: 'g', 2: 'r', 3: 'i' };

/** Name of a ZTF filter: 1 g, 2 r, 3 i. */
export const bandName = (fid: number): string => BANDS[fid] ?? `filter ${fid}`;

/** A number with a real minus sign (never on a rounded zero), or an en dash where it is missing. */
export const decimal = (value: number | null, digits: number): string => {
  if (value === null || !Number.isFinite(value)) return '–';
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
};

/** The same with the sign of everything above zero shown too. */
export const signed = (value: number | null, digits: number): string => {
  const text = decimal(value, digits);
  return value !== null && Number(text) > 0 ? `+${text}` : text;
};

/** A share from 0 to 1 in whole percent. */
export const percent = (share: number | null): string =>
  share === null || !Number.isFinite(share) ? '–' : `${Math.round(share * 100)} %`;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** `480.0 MB`. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What people are told before old stamps are deleted. */
export const plannedPruningWords = (planned: {
  readonly alerts: number;
  readonly bytes: number;
  readonly nights: number;
  readonly on: string;
}): string =>
  `on ${planned.on} those of ${plural(planned.alerts, 'alert')} (${megabytes(planned.bytes)}) are deleted, older than ${planned.nights} nights and neither asked about nor labelled (STAMP_NIGHTS; 0 keeps all)`;

/** `2026-05-02 14:03 UTC` from ISO 8601. */
export const minuteUtc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** `2026-05-02` from ISO 8601. */
export const dayOf = (iso: string): string => iso.slice(0, 10);

/** `3 min`, `5 h`, `2 days` between two instants. */
export const elapsed = (from: string, to: Date): string => {
  const minutes = Math.max(0, Math.round((to.getTime() - Date.parse(from)) / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
};

/**
 * A small table in monospaced text: the first column to the left, the others to the right, two spaces
 * between.
 */
export const textTable = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
};

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const SIMPLE = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7]|1-5)$/;

/**
 * A cron expression in words where it is a daily or weekly one: `daily at 14:00 UTC`. Any other one as
 * it is, its asterisks written so that no chat takes them for bold.
 */
export const scheduleWords = (expression: string, timeZone: string): string => {
  const [, minute = '', hour = '', day = ''] = SIMPLE.exec(expression.trim().replaceAll(/\s+/g, ' ')) ?? [];
  if (minute === '') return `${expression.replaceAll('*', '∗')} (cron, ${timeZone})`;
  const at = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')} ${timeZone}`;
  if (day === '*') return `daily ${at}`;
  return day === '1-5' ? `Monday to Friday ${at}` : `every ${DAYS[Number(day)]} ${at}`;
};
const NO_BREAK = '\u00a0';

/** Text that a narrow screen never breaks: `Round 4, no. 3`. */
export const unbroken = (text: string): string => text.replaceAll(' ', NO_BREAK);

/** Text whose per cent signs stay with their numbers: `67 %`. */
export const unbrokenPercent = (text: string): string => text.replaceAll(/(?<=\d) (?=%)/g, NO_BREAK);

/** Text whose numbers stay with their names and units on a narrow screen: `9 detections`, `g +0.002 mag`. */
export const unbrokenNumbers = (text: string): string =>
  text.replaceAll(
    /(?<=[\d°″]) (?!on )(?=[a-zA-Z%±])|(?<=[a-zA-Z]) (?==|\(\d)|(?<=[a-zA-Z=±)]) (?=[+−]?\d)/g,
    NO_BREAK,
  );

const BAR_CELLS = 12;
/** A bar of filled and empty squares: one is filled by the first answer, all only when everything is done. */
export const progressBar = (done: number, total: number): string => {
  const share = total === 0 ? BAR_CELLS : Math.floor((done / total) * BAR_CELLS);
  const filled = done > 0 ? Math.max(1, share) : share;
  return '▰'.repeat(filled) + '▱'.repeat(BAR_CELLS - filled);
};

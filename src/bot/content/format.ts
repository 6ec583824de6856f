/** Text formats shared by all chats and the terminal. */

const BANDS: Readonly<Record<number, string>> = { 1: 'g', 2: 'r', 3: 'i' };

/** Name of a ZTF filter id: 1 g, 2 r, 3 i. */
export const bandName = (fid: number): string => BANDS[fid] ?? `filter ${fid}`;

/** A number with a true minus sign (never -0.0), or an en dash if missing. */
export const decimal = (value: number | null, digits: number): string => {
  if (value === null || !Number.isFinite(value)) return '–';
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
};

/** As `decimal`, with a plus sign for positive values. */
export const signed = (value: number | null, digits: number): string => {
  const text = decimal(value, digits);
  return value !== null && Number(text) > 0 ? `+${text}` : text;
};

/** A share (0 to 1) in whole percent. */
export const percent = (share: number | null): string =>
  share === null || !Number.isFinite(share) ? '–' : `${Math.round(share * 100)} %`;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** `480.0 MB`. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The announcement before old stamps are deleted; follows the heading "Stamps". */
export const plannedPruningWords = (planned: {
  readonly alerts: number;
  readonly bytes: number;
  readonly nights: number;
  readonly on: string;
}): string =>
  `on ${planned.on} those of ${plural(planned.alerts, 'alert')} (${megabytes(planned.bytes)}) will be deleted: older than ${planned.nights} nights, never asked about and not labelled (STAMP_NIGHTS=0 keeps all)`;

/** `2026-05-02 14:03 UTC` from ISO 8601. */
export const minuteUtc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** `2026-05-02` from ISO 8601. */
export const dayOf = (iso: string): string => iso.slice(0, 10);

/** `3 min`, `5 h`, `2 days` between two times. */
export const elapsed = (from: string, to: Date): string => {
  const minutes = Math.max(0, Math.round((to.getTime() - Date.parse(from)) / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
};

/** A small monospaced table: first column left-aligned, the others right-aligned, two spaces between columns. */
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
 * A daily or weekly cron expression in words: `daily at 14:00 UTC`. Others unchanged, with asterisks escaped so
 * that no chat shows them as bold.
 */
export const scheduleWords = (expression: string, timeZone: string): string => {
  const [, minute = '', hour = '', day = ''] = SIMPLE.exec(expression.trim().replaceAll(/\s+/g, ' ')) ?? [];
  if (minute === '') return `${expression.replaceAll('*', '∗')} (cron, ${timeZone})`;
  const at = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')} ${timeZone}`;
  if (day === '*') return `daily ${at}`;
  return day === '1-5' ? `Monday to Friday ${at}` : `every ${DAYS[Number(day)]} ${at}`;
};
const NO_BREAK = '\u00a0';

/** Text with non-breaking spaces: `Round 4, no. 3`. */
export const unbroken = (text: string): string => text.replaceAll(' ', NO_BREAK);

/** Keeps per cent signs with their numbers: `67 %`. */
export const unbrokenPercent = (text: string): string => text.replaceAll(/(?<=\d) (?=%)/g, NO_BREAK);

/** Keeps numbers with their names and units on narrow screens: `9 detections`, `g +0.002 mag`. */
export const unbrokenNumbers = (text: string): string =>
  text.replaceAll(
    /(?<=[\d°″]) (?!on )(?=[a-zA-Z%±])|(?<=[a-zA-Z]) (?==|\(\d)|(?<=[a-zA-Z=±)]) (?=[+−]?\d)/g,
    NO_BREAK,
  );

const BAR_CELLS = 12;
/** A progress bar of squares: the first answer fills one; all are filled only when everything is done. */
export const progressBar = (done: number, total: number): string => {
  const share = total === 0 ? BAR_CELLS : Math.floor((done / total) * BAR_CELLS);
  const filled = done > 0 ? Math.max(1, share) : share;
  return '▰'.repeat(filled) + '▱'.repeat(BAR_CELLS - filled);
};

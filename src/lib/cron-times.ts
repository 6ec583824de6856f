import { createTask, parse } from 'node-cron';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A quarter of an hour: every time zone's offset from UTC is a multiple of it. */
const QUARTER_MS = 15 * MINUTE_MS;
/** How far back a missed time is looked for. */
const LOOKBACK_MS = 40 * 24 * HOUR_MS;

/** Local date and time in a time zone. */
export interface WallClock {
  /** `2026-05-02` */
  readonly day: string;
  readonly hour: number;
  readonly minute: number;
  readonly weekend: boolean;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
};

/** The local date and time in this zone. */
export const wallClock = (at: Date, timeZone: string): WallClock => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    hour: Number(parts.get('hour')),
    minute: Number(parts.get('minute')),
    weekend: ['Sat', 'Sun'].includes(parts.get('weekday') ?? ''),
  };
};

/** Runs `work` with node-cron's own reading of an expression; the task itself is never started. */
const withTask = <T>(
  expression: string,
  timeZone: string,
  work: (task: ReturnType<typeof createTask>) => T,
): T => {
  const task = createTask(expression, () => undefined, { timezone: timeZone });
  try {
    return work(task);
  } finally {
    void task.destroy();
  }
};

/** When a cron expression is due next; null if never. */
export const nextRun = (expression: string, timeZone: string): Date | null =>
  withTask(expression, timeZone, (task) => task.getNextRuns(1)[0] ?? null);

/** A zone's wall clock as if it were that of UTC, in ms: times that a change of the clocks leaves out have one too. */
const asUtc = ({ day, hour, minute }: WallClock): number =>
  Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS + minute * MINUTE_MS;

/** Whether an expression names a time that the clocks leave out between two moments of a wall clock. */
const namesLeftOut = (expression: string, before: WallClock, after: WallClock): boolean => {
  const [second = 0] = parse(expression).second;
  const first = asUtc(before) + QUARTER_MS + second * 1000;
  const end = asUtc(after);
  return (
    end > asUtc(before) + QUARTER_MS &&
    withTask(expression, 'UTC', (task) => {
      for (let at = first; at < end; at += MINUTE_MS) if (task.match(new Date(at))) return true;
      return false;
    })
  );
};

/**
 * The last time that a cron expression named, after `after` and up to `until`; null if there was none, or
 * none within 40 days before `until`. What it names within an hour that the clocks leave out in spring is due when
 * they have gone forward.
 */
export const lastRun = (expression: string, timeZone: string, after: Date, until: Date): Date | null => {
  const fields = parse(expression);
  const hours = new Set(fields.hour);
  const minutes = [...fields.minute].sort((a, b) => b - a);
  const seconds = [...fields.second].sort((a, b) => b - a);
  const first = Math.max(after.getTime(), until.getTime() - LOOKBACK_MS);
  return withTask(expression, timeZone, (task) => {
    // Most quarters of an hour are passed over by their hour alone.
    let quarter = Math.floor(until.getTime() / QUARTER_MS) * QUARTER_MS;
    let later: WallClock | null = null;
    for (; quarter + QUARTER_MS > first; quarter -= QUARTER_MS) {
      const wall = wallClock(new Date(quarter), timeZone);
      if (later !== null && namesLeftOut(expression, wall, later)) return new Date(quarter + QUARTER_MS);
      later = wall;
      const { hour, minute: begins } = wall;
      if (!hours.has(hour)) continue;
      for (const minute of minutes) {
        if (minute < begins || minute >= begins + 15) continue;
        for (const second of seconds) {
          const at = quarter + (minute - begins) * MINUTE_MS + second * 1000;
          if (at <= first || at > until.getTime()) continue;
          if (task.match(new Date(at))) return new Date(at);
        }
      }
    }
    return null;
  });
};

/** Whether a cron expression names a time on the day that it is now in that time zone. */
export const isRunDay = (expression: string, timeZone: string, now: Date): boolean => {
  const { day, hour, minute } = wallClock(now, timeZone);
  const begins = now.getTime() - hour * HOUR_MS - (minute + 1) * MINUTE_MS;
  const ends = now.getTime() + (23 - hour) * HOUR_MS + (60 - minute) * MINUTE_MS;
  const found = lastRun(expression, timeZone, new Date(begins), new Date(ends));
  return found !== null && wallClock(found, timeZone).day === day;
};

/** The time of a message's timestamp. */
const dateOfTs = (ts: string): Date => new Date(Number(ts) * 1000);

/** `14:05`, as the reader's clock shows it. */
export const clockTime = (ts: string): string =>
  dateOfTs(ts).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

export const fullTime = (ts: string): string =>
  dateOfTs(ts).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** Text on the divider above a day's first message. */
export const dayName = (ts: string, now = new Date()): string => {
  const day = dateOfTs(ts);
  const days = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return day.toLocaleDateString(undefined, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    ...(day.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
  });
};

export const sameDay = (a: string, b: string): boolean => startOfDay(dateOfTs(a)) === startOfDay(dateOfTs(b));

/**
 * A mrkdwn date, `<!date^1716921600^{date_short} at {time}|…>`, in the reader's time zone with a 24-hour clock.
 * Tokens: docs.slack.dev, formatting message text.
 */
export const formatSlackDate = (timestamp: string, format: string): string => {
  const date = new Date(Number(timestamp) * 1000);
  const day = (options: Intl.DateTimeFormatOptions): string => date.toLocaleDateString(undefined, options);
  const time = (options: Intl.DateTimeFormatOptions): string =>
    date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false, ...options });
  const long: Intl.DateTimeFormatOptions = {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  };
  const short: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };
  const tokens: Readonly<Record<string, string>> = {
    date_num: new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10),
    date: day({ year: 'numeric', month: 'long', day: 'numeric' }),
    date_slash: day({}),
    date_short: day(short),
    date_long: day(long),
    time: time({}),
    time_secs: time({ second: '2-digit' }),
  };
  return format.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const plain = name.replace('_pretty', '');
    if (name.endsWith('_pretty')) {
      const pretty = dayName(timestamp);
      if (pretty === 'Today' || pretty === 'Yesterday') return pretty.toLowerCase();
    }
    return tokens[plain] ?? whole;
  });
};

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

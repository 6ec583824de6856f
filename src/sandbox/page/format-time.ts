/** The moment of a message's timestamp. */
export const dateOfTs = (ts: string): Date => new Date(Number(ts) * 1000);

/** `14:05`, as the reader's clock shows it. */
export const clockTime = (ts: string): string =>
  dateOfTs(ts).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

export const fullTime = (ts: string): string =>
  dateOfTs(ts).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** What stands on the divider above a day's first message. */
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

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

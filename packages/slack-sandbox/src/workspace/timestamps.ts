/**
 * Slack's message timestamps, `seconds.microseconds` as text: unique and increasing within the workspace,
 * also when the clock stands still or goes back. `last` is the newest one given out before a restart.
 */
export const createTimestamps = (clock: () => Date, last: string | undefined): (() => string) => {
  let previous = last === undefined ? 0n : microseconds(last);
  return () => {
    const now = BigInt(clock().getTime()) * 1000n;
    previous = now > previous ? now : previous + 1n;
    const text = previous.toString().padStart(16, '0');
    return `${text.slice(0, -6)}.${text.slice(-6)}`;
  };
};

const microseconds = (ts: string): bigint => BigInt(ts.replace('.', ''));

/** The epoch of Discord's ids, ms since 1970: the start of 2015. */
const EPOCH_MS = 1_420_070_400_000n;

/** Bits below the time: worker, process and a counter. */
const LOW_BITS = 22n;

/** The snowflake of a time, with this number in its low 22 bits. */
export const snowflakeAt = (ms: number, low = 0): string =>
  (((BigInt(ms) - EPOCH_MS) << LOW_BITS) + BigInt(low)).toString();

/** Creation time of a snowflake, ms since 1970. */
export const timeOfSnowflake = (id: string): number => Number((BigInt(id) >> LOW_BITS) + EPOCH_MS);

/** Whether a text is a Discord id: a whole number of up to 64 bits. */
export const isSnowflake = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) < 1n << 63n;

/**
 * Generates snowflakes: unique and increasing, even if the clock stands still or is set back. `last` is the
 * newest one before a restart.
 */
export const createSnowflakes = (clock: () => Date, last: string | undefined): (() => string) => {
  let previous = last === undefined ? 0n : BigInt(last);
  return () => {
    const now = BigInt(snowflakeAt(clock().getTime(), 1 << 17));
    previous = now > previous ? now : previous + 1n;
    return previous.toString();
  };
};

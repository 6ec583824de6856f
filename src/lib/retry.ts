/** `first` doubled for each earlier failure, never above `most`; in the unit of both. */
export const doubled = (first: number, most: number, failures: number): number =>
  Math.min(most, first * 2 ** Math.min(failures, 40));

/**
 * The wait before the next try: `doubled` times a random factor from 0.5 to 1, so that clients that failed together
 * do not return together.
 *
 * @param random from 0 to 1
 */
export const backOff = (first: number, most: number, failures: number, random: () => number): number =>
  Math.ceil(doubled(first, most, failures) * (0.5 + random() / 2));

export interface BackOffOptions {
  /** The first pause, in ms, before chance shortens it. */
  readonly firstMs: number;
  /** The longest pause, in ms. */
  readonly longestMs: number;
}

/** The waits of a client that retries. */
export interface BackOff {
  /** How long to wait before the next try, in ms. */
  next(): number;
  /** To be called after a try that succeeded. */
  reset(): void;
}

export const createBackOff = ({ firstMs, longestMs }: BackOffOptions): BackOff => {
  let failures = 0;
  return {
    next: () => {
      failures += 1;
      return backOff(firstMs, longestMs, failures - 1, Math.random);
    },
    reset: () => {
      failures = 0;
    },
  };
};

/** An answer's Retry-After, in seconds or as a date (RFC 9110, 10.2.3), as ms from now; null without one. */
export const retryAfterMs = (header: string | null): number | null => {
  if (header === null) return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
};

import type { JsonObject } from 'sandbox-kit/json';

/** The app's remaining IDENTIFYs: a number per day, and one in five seconds. */
export interface StartLimit {
  /** In the format of GET /gateway/bot. */
  readonly state: () => JsonObject;
  /** `wait`: too soon after the last one. `spent`: none is left today. */
  readonly take: () => 'good' | 'wait' | 'spent';
  /** Sets the number left. */
  readonly leave: (count: number) => void;
}

const DAY_MS = 24 * 3_600_000;

/** `windowMs`: time per max_concurrency (1) IDENTIFYs. */
export const createStartLimit = (perDay: number, windowMs: number): StartLimit => {
  let left = perDay;
  let resetsAt = performance.now() + DAY_MS;
  let lastAt = Number.NEGATIVE_INFINITY;
  const refill = (): void => {
    if (performance.now() < resetsAt) return;
    left = perDay;
    resetsAt = performance.now() + DAY_MS;
  };
  return {
    state: () => {
      refill();
      const reset_after = Math.round(resetsAt - performance.now());
      return { total: perDay, remaining: Math.max(0, left), reset_after, max_concurrency: 1 };
    },
    take: () => {
      refill();
      if (left <= 0) return 'spent';
      left -= 1;
      const now = performance.now();
      if (now - lastAt < windowMs) return 'wait';
      lastAt = now;
      return 'good';
    },
    leave: (count) => {
      left = count;
    },
  };
};

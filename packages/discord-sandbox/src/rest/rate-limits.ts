import { createHash } from 'node:crypto';

/** A number of calls, and the time window in ms. */
export interface Rate {
  readonly limit: number;
  readonly windowMs: number;
}

/** The state of a call's bucket. */
export interface Taken {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds until the bucket is full again. */
  readonly resetAfter: number;
}

export interface RateLimits {
  /** Takes a call from a route's bucket; `major` is its channel, server or webhook. */
  readonly take: (route: string, major: string, rate: Rate) => Taken;
  /** Takes one of the bot's 50 calls a second. @returns null, or seconds until more are allowed */
  readonly takeGlobal: () => number | null;
  /**
   * Counts a refused call (401, 403, 429): after 10,000 in ten minutes Cloudflare refuses everything for a time.
   * `banned` gives the seconds left.
   */
  readonly countInvalid: () => void;
  readonly banned: () => number | null;
}

const GLOBAL: Rate = { limit: 50, windowMs: 1_000 };
const INVALID: Rate = { limit: 10_000, windowMs: 600_000 };
const BAN_SECONDS = 600;

interface Bucket {
  left: number;
  resetsAt: number;
}

/**
 * Buckets that are full at the first call, and again a window later. `scale` multiplies their size; 1 is
 * Discord's own, as its headers show.
 */
export const createRateLimits = (scale: number): RateLimits => {
  const buckets = new Map<string, Bucket>();
  let bannedUntil = 0;
  const scaled = ({ limit }: Rate): number => Math.max(1, Math.round(limit * scale));

  const take = (key: string, limit: number, windowMs: number): { left: number; resetMs: number } => {
    const now = performance.now();
    const known = buckets.get(key);
    const bucket =
      known !== undefined && known.resetsAt > now ? known : { left: limit, resetsAt: now + windowMs };
    bucket.left -= 1;
    buckets.set(key, bucket);
    return { left: bucket.left, resetMs: bucket.resetsAt - now };
  };

  return {
    take: (route, major, rate) => {
      const limit = scaled(rate);
      const { left, resetMs } = take(`${route} ${major}`, limit, rate.windowMs);
      const resetAfter = Math.ceil(resetMs) / 1_000;
      return {
        allowed: left >= 0,
        resetAfter,
        headers: {
          'x-ratelimit-limit': String(limit),
          'x-ratelimit-remaining': String(Math.max(0, left)),
          'x-ratelimit-reset': (Date.now() / 1_000 + resetAfter).toFixed(3),
          'x-ratelimit-reset-after': resetAfter.toFixed(3),
          'x-ratelimit-bucket': createHash('sha1').update(route).digest('hex').slice(0, 32),
        },
      };
    },
    takeGlobal: () => {
      const { left, resetMs } = take('global', scaled(GLOBAL), GLOBAL.windowMs);
      return left >= 0 ? null : Math.ceil(resetMs) / 1_000;
    },
    countInvalid: () => {
      const { left } = take('invalid', scaled(INVALID), INVALID.windowMs);
      if (left < 0) bannedUntil = performance.now() + BAN_SECONDS * 1_000;
    },
    banned: () => {
      const left = bannedUntil - performance.now();
      return left > 0 ? Math.ceil(left / 1_000) : null;
    },
  };
};

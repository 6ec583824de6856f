import { SlackApiError } from './api-error.ts';

/** Takes a token of a bucket. @returns 0, or the seconds until the next one */
export type TakeToken = (key: string, rate: { readonly burst: number; readonly perSecond: number }) => number;

/** What limits calls: the buckets, and their sizes. */
interface Limits {
  readonly takeToken: TakeToken;
  readonly settings: {
    readonly callBurst: number;
    readonly postBurst: number;
    readonly postPerSecond: number;
  };
}

/**
 * Token buckets, one per key, full at first. `now` in ms, monotonic: limits use real time even if a test sets the
 * workspace's clock.
 */
export const createRateLimits = (now: () => number = () => performance.now()): TakeToken => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key, { burst, perSecond }) => {
    const at = now();
    const bucket = buckets.get(key) ?? { tokens: burst, at };
    const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    const taken = tokens >= 1;
    buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at });
    return taken ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };
};

/** Counts a call of a method limited to `perMinute` calls; answers 429 above. */
export const limitCalls = (method: string, perMinute: number, limits: Limits): void => {
  if (Number.isFinite(perMinute)) take(method, limits.settings.callBurst, perMinute / 60, limits);
};

/** Counts a post: about one a second per channel, with short bursts. */
export const limitPosting = (channel: string, limits: Limits): void =>
  take(`chat.postMessage ${channel}`, limits.settings.postBurst, limits.settings.postPerSecond, limits);

const take = (key: string, burst: number, perSecond: number, limits: Limits): void => {
  const wait = limits.takeToken(key, { burst, perSecond });
  if (wait > 0) throw new SlackApiError('ratelimited', { retryAfter: wait });
};

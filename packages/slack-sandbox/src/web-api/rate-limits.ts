import type { Core } from '../core.ts';
import { SlackApiError } from './api-error.ts';

/** Takes one token of a bucket: 0 where there was one, else the seconds until the next. */
export type TakeToken = (key: string, rate: { readonly burst: number; readonly perSecond: number }) => number;

/**
 * Token buckets, one per key, full at first. `now` is in milliseconds and must not jump (a limit has to do
 * with real time, also where the workspace's clock is a test's).
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

/** Counts a call of a method that may be called `perMinute` times a minute; 429 where it is one too many. */
export const limitCalls = (method: string, perMinute: number, core: Core): void => {
  if (Number.isFinite(perMinute)) take(method, core.settings.callBurst, perMinute / 60, core);
};

/** Counts a post in a channel: about one a second, short bursts allowed, each channel by itself. */
export const limitPosting = (channel: string, core: Core): void =>
  take(`chat.postMessage ${channel}`, core.settings.postBurst, core.settings.postPerSecond, core);

const take = (key: string, burst: number, perSecond: number, core: Core): void => {
  const wait = core.takeToken(key, { burst, perSecond });
  if (wait > 0) throw new SlackApiError('ratelimited', { retryAfter: wait });
};

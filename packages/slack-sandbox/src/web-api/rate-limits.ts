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

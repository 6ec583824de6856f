/** The chat's rate limit for posts to one channel: a short burst, then one at a time. */
export interface PostBudget {
  /** Takes a token for one post. @returns 0, or ms until the next token */
  take(channel: string): number;
  /** The chat refused a post: no token for `ms`, then one. */
  empty(channel: string, ms: number): void;
}

/**
 * A token bucket per channel, full at first. Finding the limit by refusals instead would cost a refused call per
 * message, and chats count those too.
 * @param burst posts at once
 * @param everyMs time until one more is allowed, ms
 */
export const createPostBudget = ({
  burst,
  everyMs,
}: {
  readonly burst: number;
  readonly everyMs: number;
}): PostBudget => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take: (channel) => {
      const now = performance.now();
      const bucket = buckets.get(channel) ?? { tokens: burst, at: now };
      const gained = Math.max(0, now - bucket.at) / everyMs;
      const tokens = Math.min(burst, bucket.tokens + gained);
      if (now < bucket.at) return bucket.at - now;
      if (tokens >= 1) {
        buckets.set(channel, { tokens: tokens - 1, at: now });
        return 0;
      }
      buckets.set(channel, { tokens, at: now });
      return Math.ceil((1 - tokens) * everyMs);
    },
    empty: (channel, ms) => {
      buckets.set(channel, { tokens: 1, at: performance.now() + ms });
    },
  };
};

/** What a chat allows of posts to one channel: a few at once, then one after another. */
export interface PostBudget {
  /** Takes leave for one post. @returns 0, or the ms until there is leave again */
  take(channel: string): number;
  /** The chat itself says that there is none for so many ms; then there is leave for one. */
  empty(channel: string, ms: number): void;
}

/**
 * A token bucket a channel, full at first. Learning the limit from refusals instead costs a refused call for
 * each message, and the chat counts those too.
 * @param burst posts at once
 * @param everyMs ms in which one more is allowed
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

import { doubled } from '../../lib/retry.ts';

/** What has to wait, and for how long: a message, or all posts to a channel. Nothing else waits with it. */
export interface Holds {
  /** Holds for so many ms from now. */
  hold(name: string, ms: number): void;
  /** Holds for twice as long as the last time, from `firstMs` to `mostMs`. */
  backOff(name: string, firstMs: number, mostMs: number): void;
  /** It went well: nothing is held, and the next pause is the first again. */
  release(name: string): void;
  /** Milliseconds until none of these is held; 0 if none is. */
  left(names: readonly string[]): number;
}

/** Names of what is held. */
export const rowHold = (id: number): string => `row:${id}`;
export const postsTo = (channel: string): string => `posts:${channel}`;
/** What only tidies up. */
export const TIDYING = 'tidying';
export const updatesIn = (channel: string): string => `updates:${channel}`;

export const createHolds = (): Holds => {
  const until = new Map<string, number>();
  const failures = new Map<string, number>();
  const hold = (name: string, ms: number): void => {
    until.set(name, performance.now() + ms);
  };
  return {
    hold,
    backOff: (name, firstMs, mostMs) => {
      const count = failures.get(name) ?? 0;
      failures.set(name, count + 1);
      hold(name, doubled(firstMs, mostMs, count));
    },
    release: (name) => {
      until.delete(name);
      failures.delete(name);
    },
    left: (names) => {
      const now = performance.now();
      return Math.max(0, ...names.map((name) => (until.get(name) ?? now) - now));
    },
  };
};

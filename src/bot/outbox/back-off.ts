import { doubled } from '../../lib/retry.ts';

/** Pauses by name. A name is one message, or all posts or all updates of a channel. */
export interface Holds {
  /** Pauses this name for `ms` from now. */
  hold(name: string, ms: number): void;
  /** Pauses this name for twice the last pause, from `firstMs` to `mostMs`. */
  backOff(name: string, firstMs: number, mostMs: number): void;
  /** Ends the pause after a success; the next pause is `firstMs` again. */
  release(name: string): void;
  /** Milliseconds until all of these names are free; 0 if they are. */
  left(names: readonly string[]): number;
}

/** Names of pauses. */
export const rowHold = (id: number): string => `row:${id}`;
export const postsTo = (channel: string): string => `posts:${channel}`;
/** Updates that only tidy up. */
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

/** From this wait on, seconds, people see that nothing moves. */
const LONG_WAIT_S = 60;

/** How loud the log says that the chat asks to wait so many seconds: a short wait is everyday. */
export const waitLevel = (seconds: number): 'debug' | 'warn' => (seconds < LONG_WAIT_S ? 'debug' : 'warn');

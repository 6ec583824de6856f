/** A longer pause than this is one, and no answer that took so long. */
const BREAK_MS = 5 * 60_000;
/** Of fewer steps nothing is said. */
const LEAST_STEPS = 3;

/** How fast somebody answers. */
export interface AnswerPace {
  /** Median time from one answer to the next, in seconds. */
  readonly seconds: number;
  /** Steps from one answer to the next that it was measured on. */
  readonly steps: number;
}

/**
 * The pace of one person's answers, from when they were given. Pauses of more than five minutes are left out.
 * @param times ISO 8601, in any order
 * @returns null where there are too few
 */
export const answerPace = (times: readonly string[]): AnswerPace | null => {
  const ms = times.map((time) => Date.parse(time)).sort((a, b) => a - b);
  const steps = ms
    .slice(1)
    .map((time, index) => time - (ms[index] ?? time))
    .filter((step) => step <= BREAK_MS)
    .sort((a, b) => a - b);
  if (steps.length < LEAST_STEPS) return null;
  const middle = (steps.length - 1) / 2;
  const median = ((steps[Math.floor(middle)] ?? 0) + (steps[Math.ceil(middle)] ?? 0)) / 2;
  return { seconds: median / 1000, steps: steps.length };
};

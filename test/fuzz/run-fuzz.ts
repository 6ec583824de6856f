import { mutate } from './mutate.ts';
import type { Parser } from './parsers.ts';

export interface FuzzResult {
  readonly name: string;
  readonly cases: number;
  /** Cases of which something was read nevertheless, and those refused in words. */
  readonly read: number;
  readonly refused: number;
  /** The slowest case, ms, and its number; with the seed it can be made again. */
  readonly slowestMs: number;
  readonly slowest: number;
  /** Largest memory of the process after a case, MB above what it was before the first. */
  readonly memoryMb: number;
  /** Errors that no words of ours are: numbers of cases with the message. */
  readonly strange: readonly string[];
}

/** A case that takes longer is read twice more: the machine may have been busy with something else. */
const DOUBTFUL_MS = 100;

const quickest = async (read: Parser['read'], bytes: Buffer, first: number): Promise<number> => {
  let best = first;
  for (let again = 0; again < 2; again += 1) {
    const started = performance.now();
    await Promise.resolve(bytes)
      .then(read)
      .catch(() => false);
    best = Math.min(best, performance.now() - started);
  }
  return best;
};

/** A library's own message for what it did not expect. */
const isStrange = (error: unknown): boolean =>
  !(error instanceof Error) || error instanceof TypeError || error instanceof RangeError;

/** Reads `cases` damaged copies; each is a function of the seed and its number. */
export const runFuzz = async (
  { name, originals, read }: Parser,
  cases: number,
  seed: number,
): Promise<FuzzResult> => {
  const before = process.memoryUsage.rss();
  const result = { read: 0, refused: 0, slowestMs: 0, slowest: -1, memory: 0 };
  const strange: string[] = [];
  for (let number = 0; number < cases; number += 1) {
    const bytes = mutate(originals[number % originals.length] ?? Buffer.alloc(0), seed, number);
    const started = performance.now();
    try {
      if (await read(bytes)) result.read += 1;
      else result.refused += 1;
    } catch (error) {
      result.refused += 1;
      if (isStrange(error) && strange.length < 10) strange.push(`${number}: ${String(error)}`);
    }
    const first = performance.now() - started;
    const ms = first > DOUBTFUL_MS ? await quickest(read, bytes, first) : first;
    if (ms > result.slowestMs) Object.assign(result, { slowestMs: ms, slowest: number });
    result.memory = Math.max(result.memory, process.memoryUsage.rss() - before);
  }
  const { memory, slowestMs, ...counts } = result;
  return {
    name,
    cases,
    ...counts,
    slowestMs: Math.round(slowestMs * 10) / 10,
    memoryMb: Math.round(memory / 1e6),
    strange,
  };
};

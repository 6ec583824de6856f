import { fuzzedParsers } from '../test/fuzz/parsers.ts';
import { type FuzzResult, runFuzz } from '../test/fuzz/run-fuzz.ts';
import { temporaryFolder } from '../test/helpers/service.ts';

export const name = 'fuzz';

const CASES = 10_000;
const SEED = 20_261_125;

/** Damaged copies of external data through every parser: none may take more than 1 s or 500 MB. */
export const run = async (): Promise<unknown> => {
  const folder = temporaryFolder();
  const { parsers, close } = await fuzzedParsers(folder.path);
  const results: FuzzResult[] = [];
  for (const parser of parsers) results.push(await runFuzz(parser, CASES, SEED));
  await close();
  folder.remove();
  const broken = results.filter(
    ({ slowestMs, memoryMb, strange }) => slowestMs > 1000 || memoryMb > 500 || strange.length > 0,
  );
  return { seed: SEED, cases: CASES, passed: broken.length === 0, results };
};

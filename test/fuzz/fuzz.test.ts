import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/service.ts';
import { fuzzedParsers } from './parsers.ts';
import { runFuzz } from './run-fuzz.ts';

/** `npm run bench -- fuzz` has 10,000 of each. */
const CASES = 300;
const SEED = 20_261_125;
const NAMES = [
  'avro value',
  'key schema',
  'Kafka batches',
  'avro container',
  'parquet',
  'stamp (FITS)',
  'dust maps (FITS)',
  'alerts (CSV, JSON)',
  'archive (tar)',
  'light curve (JSON)',
  'sky image (JPEG)',
  'labels (CSV)',
];

let folder: ReturnType<typeof temporaryFolder>;
let fuzzed: Awaited<ReturnType<typeof fuzzedParsers>>;

beforeAll(async () => {
  folder = temporaryFolder();
  fuzzed = await fuzzedParsers(folder.path);
});
afterAll(async () => {
  await fuzzed.close();
  folder.remove();
});

describe('what is read is right or refused in words, in bounded time and memory', () => {
  test.each(NAMES)('%s', async (name) => {
    const parser = fuzzed.parsers.find((one) => one.name === name);
    if (parser === undefined) throw new Error(`there is no parser ${name}`);
    for (const original of parser.originals) expect(await parser.read(original)).toBe(true);
    const result = await runFuzz(parser, CASES, SEED);
    expect(result.strange).toEqual([]);
    expect(result.slowestMs).toBeLessThan(1000);
    expect(result.memoryMb).toBeLessThan(500);
    expect(result.refused).toBeGreaterThan(0);
  });

  test('every parser is here', () => {
    expect(fuzzed.parsers.map(({ name }) => name)).toEqual(NAMES);
  });
});

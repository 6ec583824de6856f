import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { LargeRound } from '../../helpers/large-pool.ts';

const root = join(import.meta.dirname, '..', '..', '..');

// In a process of its own: what vitest keeps in memory is not the service's.
test('a round over a million objects: opened in 10 s, scored in 60 s and 500 MB, clicks within 250 ms', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join('bench', 'run.ts'), 'scale'], {
    cwd: root,
  });
  const { results }: { results: { scale: LargeRound } } = JSON.parse(stdout);
  const { trainAndScore, keepScores, open, skip, openUnscored } = results.scale;
  expect(open.seconds).toBeLessThan(10);
  expect(skip.median).toBeLessThan(50);
  expect(trainAndScore.seconds + keepScores.seconds).toBeLessThan(60);
  for (const phase of [trainAndScore, keepScores]) expect(phase.rssMb).toBeLessThan(500);
  for (const phase of [trainAndScore, keepScores, open, openUnscored])
    expect(phase.clicks.p99).toBeLessThan(250);
});

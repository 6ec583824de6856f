import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './helpers/service.ts';

const summary = join(import.meta.dirname, '..', '.ci', 'summary.mjs');

const assertion = (status: string, duration: number, fullName: string) => ({
  status,
  duration,
  fullName,
  failureMessages: status === 'failed' ? ['expected 1 to be 2'] : [],
});

test('CI’s last words: the slowest tests, failures, counts of each run, and one line that ends it', () => {
  const folder = temporaryFolder();
  const report = join(folder.path, 'npm test.json');
  writeFileSync(
    report,
    JSON.stringify({
      numTotalTests: 4,
      numPassedTests: 2,
      numFailedTests: 1,
      startTime: 1000,
      testResults: [
        {
          name: join(process.cwd(), 'test/one.test.ts'),
          status: 'failed',
          endTime: 9000,
          assertionResults: [
            ...Array.from({ length: 2 }, (_, i) => assertion('passed', 500 + i, `quick ${i}`)),
            assertion('failed', 7000, 'slow and wrong'),
            assertion('pending', 0, 'skipped'),
          ],
        },
        {
          name: join(process.cwd(), 'test/two.test.ts'),
          status: 'failed',
          message: 'SyntaxError',
          endTime: 9000,
        },
      ].map((file) => ({ assertionResults: [], ...file })),
    }),
  );
  const lines = (...paths: string[]) =>
    spawnSync(process.execPath, [summary, ...paths], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
  const said = lines(report);
  folder.remove();
  expect(said[1]).toBe('    7.0 s  test/one.test.ts: slow and wrong');
  expect(said).toContain('FAILED test/one.test.ts: slow and wrong');
  expect(said).toContain('expected 1 to be 2');
  expect(said).toContain('FAILED test/two.test.ts');
  expect(said).toContain(' Test Files  2 failed (2)');
  expect(said).toContain('      Tests  1 failed | 2 passed | 1 skipped (4)');
  expect(said.at(-1)).toBe('2 passed, 2 failed, 1 skipped');
  // A run that never came to its report did not pass.
  expect(lines(report).at(-1)).toBe('0 passed, 1 failed, 0 skipped');
});

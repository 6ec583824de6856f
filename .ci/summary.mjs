// `node .ci/summary.mjs <run>.json ...`: the last words of .ci/run, from vitest's JSON reports: the ten slowest
// tests, what failed (pages of output lie above, and a log may be kept in part only), vitest's counts of each
// run, and one plain line. A report that is not there is a failure.
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';

const SLOWEST = 10;
/** Enough of a failure's message to see what it is. */
const MESSAGE_CHARACTERS = 4000;

const sum = { passed: 0, failed: 0, skipped: 0 };
const tests = [];
const failures = [];
const runs = [];

const counts = (...pairs) =>
  pairs
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(' | ') || 'none';

const addRun = (name, report) => {
  const { numPassedTests: passed, numFailedTests: failed, numTotalTests: total, testResults } = report;
  const skipped = total - passed - failed;
  for (const file of testResults) {
    const path = relative(process.cwd(), file.name);
    // A file that does not even load has no failed test of its own.
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) {
      failures.push([path, file.message]);
      sum.failed += 1;
    }
    for (const test of file.assertionResults) {
      const words = `${path}: ${test.fullName}`;
      tests.push([test.duration ?? 0, words]);
      if (test.status === 'failed') failures.push([words, test.failureMessages.join('\n')]);
    }
  }
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
  const bad = testResults.filter(({ status }) => status === 'failed').length;
  const files = counts([bad, 'failed'], [testResults.length - bad, 'passed']);
  const end = Math.max(report.startTime, ...testResults.map(({ endTime }) => endTime));
  runs.push(
    `${name}\n Test Files  ${files} (${testResults.length})\n` +
      `      Tests  ${counts([failed, 'failed'], [passed, 'passed'], [skipped, 'skipped'])} (${total})\n` +
      `   Duration  ${((end - report.startTime) / 1000).toFixed(0)} s`,
  );
};

for (const path of process.argv.slice(2)) {
  const name = basename(path, '.json');
  try {
    addRun(name, JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    failures.push([name, `its report cannot be read: ${error.message}`]);
    sum.failed += 1;
  }
}

console.log(`the ${SLOWEST} slowest tests`);
for (const [ms, words] of tests.sort(([a], [b]) => b - a).slice(0, SLOWEST)) {
  console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${words}`);
}
console.log();
for (const [words, message] of failures)
  console.log(`FAILED ${words}\n${message.slice(0, MESSAGE_CHARACTERS)}\n`);
console.log(`${runs.join('\n\n')}\n`);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);

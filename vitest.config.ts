import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Three runs. `npm test` is for a fresh machine. *.service.test.ts need an installed service (Kafka,
// Chromium, ...): .ci/run installs it and runs them with `npm run test:services`. *.long.test.ts take long
// by nature, minutes of real time: `.ci/long` runs them.
const services = process.env.FINKVRA_TEST_SERVICES === '1';
const long = process.env.FINKVRA_TEST_LONG === '1';

const SERVICE = 'test/**/*.service.test.ts';
const LONG = 'test/**/*.long.test.ts';
/** Rooms whose tests compute and leave nothing behind: their files share a process, which loads the code once. */
const PURE = ['config', 'lib', 'pictures', 'pipeline', 'simulation'].map(
  (room) => `test/${room}/**/*.test.ts`,
);

// As the commands in package.json run: kafkajs makes Node warn of a negative timeout now and then.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const knowsFlag = process.allowedNodeEnvironmentFlags.has('--disable-warning');

const apart = [SERVICE, LONG];
const parts = { include: ['test/**/*.test.ts'], exclude: [...apart, ...PURE] };
const everywhere = long ? { include: [LONG] } : services ? { include: [SERVICE], exclude: [LONG] } : null;

export default defineConfig({
  test: {
    testTimeout: long ? 1_200_000 : 60_000,
    hookTimeout: 120_000,
    globalSetup: services || long ? ['test/kafka/shared-broker.ts'] : [],
    pool: 'forks',
    // By itself vitest leaves one core free, of two that is half.
    maxWorkers: long ? 1 : Math.max(2, availableParallelism()),
    execArgv: knowsFlag ? quiet : [],
    passWithNoTests: long,
    ...(everywhere ?? {
      projects: [
        { extends: true, test: { name: 'parts', ...parts } },
        { extends: true, test: { name: 'pure', include: PURE, exclude: apart, isolate: false } },
      ],
    }),
  },
});

import { defineConfig } from 'vitest/config';

// Three runs. `npm test` is for a fresh machine. *.service.test.ts need an installed service (Kafka,
// Chromium, ...): .ci/run installs it and runs them with `npm run test:services`. *.long.test.ts take long
// by nature, minutes of real time: `.ci/long` runs them.
const services = process.env.FINKVRA_TEST_SERVICES === '1';
const long = process.env.FINKVRA_TEST_LONG === '1';

const SERVICE = 'test/**/*.service.test.ts';
const LONG = 'test/**/*.long.test.ts';

// As the commands in package.json run: kafkajs makes Node warn of a negative timeout now and then.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const knowsFlag = process.allowedNodeEnvironmentFlags.has('--disable-warning');

export default defineConfig({
  test: {
    include: long ? [LONG] : services ? [SERVICE] : ['test/**/*.test.ts'],
    exclude: long ? [] : services ? [LONG] : [SERVICE, LONG],
    testTimeout: long ? 1_200_000 : 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    execArgv: knowsFlag ? quiet : [],
    passWithNoTests: long,
  },
});

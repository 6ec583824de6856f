import { defineConfig } from 'vitest/config';

// Files named *.service.test.ts need an installed service (Kafka, Chromium): .ci/run installs it and
// runs them with `npm run test:services`; everything else runs on a fresh machine.
const services = process.env.FINKVRA_TEST_SERVICES === '1';

// As the commands in package.json run: kafkajs makes Node warn of a negative timeout now and then.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const knowsFlag = process.allowedNodeEnvironmentFlags.has('--disable-warning');

export default defineConfig({
  test: {
    include: services ? ['test/**/*.service.test.ts'] : ['test/**/*.test.ts'],
    exclude: services ? [] : ['test/**/*.service.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    execArgv: knowsFlag ? quiet : [],
  },
});

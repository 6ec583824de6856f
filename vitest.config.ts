import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/helpers/slow-first.ts';

// Three runs. `npm test` is for a fresh machine. *.service.test.ts need an installed service (Kafka,
// Chromium, ...): .ci/run installs it and runs them with `npm run test:services`. *.long.test.ts take long
// by nature, minutes of real time: `.ci/long` runs them.
const services = process.env.FINKVRA_TEST_SERVICES === '1';
// And the rooms that write to the store with a store on a server: `npm run test:postgres`.
const onPostgres = process.env.FINKVRA_TEST_STORE === 'postgres';
const long = process.env.FINKVRA_TEST_LONG === '1';

const SERVICE = 'test/**/*.service.test.ts';
const LONG = 'test/**/*.long.test.ts';
/** These put other modules in the place of ours. All others share processes, which load the code once. */
const MOCKING = ['test/store/new-feature.test.ts'];

// As the commands in package.json run: kafkajs makes Node warn of a negative timeout now and then.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const knowsFlag = process.allowedNodeEnvironmentFlags.has('--disable-warning');

const apart = [SERVICE, LONG];
/** Tests of the SQLite file itself. */
const OF_THE_FILE = [
  'test/store/stamps/**',
  'test/store/migrations/**',
  'test/store/{backup,backup-stamps,damaged-store,every-version,new-feature,open-store,other-programs,store-errors}.test.ts',
];
/** Tests of the bot that write to the store more than they draw and send. */
const WRITING =
  'test/bot/{answers,commands,corrections,ended-rounds,frozen-report,home,messages,messages-in-doubt,moved-channel,numbers-agree,review-mode,round}.test.ts';
const onServer = {
  include: ['test/{store,loop}/**/*.test.ts', WRITING],
  exclude: [...apart, ...OF_THE_FILE],
  isolate: false,
};
const ofServices = services ? { include: [SERVICE], exclude: [LONG] } : null;
const everywhere = long ? { include: [LONG] } : onPostgres ? onServer : ofServices;

export default defineConfig({
  test: {
    testTimeout: long ? 1_200_000 : 60_000,
    hookTimeout: 120_000,
    globalSetup: [
      ...(services || long ? ['test/kafka/shared-broker.ts'] : []),
      ...(services || long || onPostgres ? ['test/postgres/shared-server.ts'] : []),
    ],
    pool: 'forks',
    // Many tests wait for another process or for a pause to be over: one more than there are cores.
    maxWorkers: long ? 1 : availableParallelism() + 1,
    sequence: { sequencer: SlowFirst },
    execArgv: knowsFlag ? quiet : [],
    passWithNoTests: long,
    ...(everywhere ?? {
      projects: [
        { extends: true, test: { name: 'mocking', include: MOCKING } },
        {
          extends: true,
          test: {
            name: 'shared',
            include: ['test/**/*.test.ts'],
            exclude: [...apart, ...MOCKING],
            isolate: false,
          },
        },
      ],
    }),
  },
});

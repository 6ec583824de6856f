import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { schedule } from 'node-cron';
import { startBot } from './src/bot/app.ts';
import { type Config, processEnvironment, readConfig } from './src/config.ts';
import { FinkvraError, messageOf } from './src/errors.ts';
import { createLog } from './src/log.ts';
import { configuredSource } from './src/loop/configured-source.ts';
import { wantDigest } from './src/loop/digest.ts';
import { createLoop } from './src/loop/loop.ts';
import { nextRun } from './src/loop/next-run.ts';
import { pullAlerts } from './src/loop/pull.ts';
import { takeServiceLock } from './src/loop/service-lock.ts';
import { readStatus } from './src/loop/status.ts';
import { openSandbox } from './src/open-sandbox.ts';
import { DEFAULT_ENGINE } from './src/pipeline/learning/engines.ts';
import { createLearningClient } from './src/pipeline/learning/learning-client.ts';
import { openStore } from './src/store/open-store.ts';
import { countSimulatedPulls, lastPull } from './src/store/pulls.ts';

/** Longest that a clean end may take before the process goes anyway; the store survives that too. */
const SHUTDOWN_MS = 10_000;

const clock = (): Date => new Date();

/** Starts the service; resolves to what stops it. */
const startService = async (config: Config): Promise<() => Promise<void>> => {
  const log = createLog(config.logLevel);
  const unlock = takeServiceLock(join(config.dataDir, 'service.lock'));
  const db = await openStore(config.databasePath);
  const sandbox = config.slack === null ? await openSandbox(config) : null;
  const slack = config.slack ?? sandbox?.slack;
  if (slack === undefined) throw new Error('neither Slack nor the sandbox is there');

  if (sandbox !== null) {
    process.stdout.write(
      `Finkvra runs in its sandbox: ${sandbox.url}\nSet SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_CHANNEL to run it on Slack. Ctrl-C ends it.\n`,
    );
  }

  let poke = (): void => undefined;
  const loop = createLoop({
    db,
    learning: createLearningClient(),
    clock,
    log,
    rounds: config.rounds,
    engine: DEFAULT_ENGINE,
    seed: config.seed,
    next: config.rounds.next,
    onMessages: () => poke(),
  });
  const status = () =>
    readStatus(db, clock(), config.source === 'none' ? null : nextRun(config.pull.schedule));
  const bot = await startBot({ slack, db, loop, status, clock, log });
  poke = bot.poke;
  await loop.resume();

  const stopping = new AbortController();
  const pull = async (): Promise<void> => {
    const { name, source } = await configuredSource(
      config,
      await countSimulatedPulls(db),
      ({ level, message }) => log[level](message),
    );
    const summary = await pullAlerts({ db, source, name, filter: true, clock, signal: stopping.signal });
    log.info(
      { source: name, read: summary.read, kept: summary.kept, quarantined: summary.quarantined },
      'pulled',
    );
    await loop.alertsArrived();
  };
  /** One job's failure is logged and noted; the service and the other jobs go on. */
  const job = (what: string, work: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ error: messageOf(error) }, `${what} failed; it is tried again at its next time`);
    }
  };
  const plan = (expression: string, what: string, work: () => Promise<unknown>) =>
    schedule(expression, job(what, work), { timezone: 'UTC', noOverlap: true, name: what });
  const tasks = [
    ...(config.source === 'none' ? [] : [plan(config.pull.schedule, 'the pull', pull)]),
    plan(config.digestSchedule, 'the digest', async () => {
      if ((await wantDigest(db, clock())) !== null) bot.poke();
    }),
    ...(config.rounds.next === 'scheduled'
      ? [plan(config.rounds.schedule, 'the next round', () => loop.openRound())]
      : []),
  ];
  // A new store would otherwise stay empty until the schedule's first time.
  const firstPull =
    config.source === 'none' || (await lastPull(db)) !== undefined
      ? Promise.resolve()
      : job('the first pull', pull)();

  return async () => {
    log.info('stopping; whatever is under way goes on at the next start');
    stopping.abort();
    for (const task of tasks) await task.destroy();
    await Promise.allSettled([firstPull]);
    await bot.stop();
    await loop.stop();
    await sandbox?.stop();
    await db.destroy();
    unlock();
  };
};

const main = async (): Promise<void> => {
  try {
    const stop = await startService(readConfig(processEnvironment()));
    let stopped = false;
    const end = async (): Promise<void> => {
      if (stopped) process.exit(1); // asked twice: at once
      stopped = true;
      await Promise.race([stop(), sleep(SHUTDOWN_MS)]);
      process.exit(0);
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  } catch (error) {
    process.stderr.write(`finkvra: ${error instanceof FinkvraError ? error.message : messageOf(error)}\n`);
    process.exit(1);
  }
};

await main();

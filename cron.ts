import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { schedule } from 'node-cron';
import { pullWords } from './src/bot/content/status-content.ts';
import { readGuidelines, settingsInForce } from './src/bot/home-texts.ts';
import { startBot } from './src/bot/start-bot.ts';
import { type Config, processEnvironment, readConfig } from './src/config/config.ts';
import { nextRun } from './src/lib/cron-times.ts';
import { csvOfRecords } from './src/lib/csv.ts';
import { type FinkvraError, messageOf } from './src/lib/errors.ts';
import { createLog } from './src/lib/log.ts';
import { wantDigest } from './src/loop/digest/digest.ts';
import { wantReminder } from './src/loop/digest/remind.ts';
import { readStatus } from './src/loop/digest/status.ts';
import { configuredSource } from './src/loop/intake/configured-source.ts';
import { startLookUps } from './src/loop/intake/look-up-objects.ts';
import { type PullSummary, pullAlerts } from './src/loop/intake/pull.ts';
import { runIntake } from './src/loop/intake/run-intake.ts';
import { createLoop } from './src/loop/loop.ts';
import { createMlflowClient } from './src/mlflow/client/mlflow-client.ts';
import { lastRound } from './src/mlflow/last-round.ts';
import { trackingStore } from './src/mlflow/round-jobs.ts';
import { runTrackingQueue } from './src/mlflow/tracking-queue.ts';
import { createPictureClient } from './src/pictures/picture-client.ts';
import { createLearningClient } from './src/pipeline/learning/learning-client.ts';
import { openSandbox } from './src/service/open-sandbox.ts';
import { takeServiceLock } from './src/service/service-lock.ts';
import { exportLabels } from './src/store/answers/labels.ts';
import { storeId } from './src/store/facts.ts';
import { countSimulatedPulls, lastPull } from './src/store/intake/pulls.ts';
import { openStore } from './src/store/open-store.ts';

/** Longest that a clean end may take before the process goes anyway; the store survives that too. */
const SHUTDOWN_MS = 10_000;

const clock = (): Date => new Date();

/**
 * Starts the service; resolves to what stops it.
 * @param onIncurable called once, when Slack refuses the service for good
 */
const startService = async (
  config: Config,
  onIncurable: (error: FinkvraError) => void,
): Promise<() => Promise<void>> => {
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

  const stopping = new AbortController();
  const { mlflow } = config;
  const mlflowClient = mlflow === null ? null : createMlflowClient({ url: mlflow.url, auth: mlflow.auth });
  const tracking =
    mlflowClient === null
      ? Promise.resolve()
      : runTrackingQueue({
          client: mlflowClient,
          store: trackingStore(db),
          log: log.child({ part: 'mlflow' }),
          signal: stopping.signal,
        });

  let poke = (): void => undefined;
  const loop = createLoop({
    db,
    learning: createLearningClient(),
    clock,
    log,
    rounds: config.rounds,
    modelType: config.modelType,
    engine: config.engine,
    tracking: mlflow === null ? null : { ...mlflow, storeId: await storeId(db) },
    ...(mlflow === null || mlflowClient === null
      ? {}
      : { lastLoggedRound: (signal) => lastRound(mlflowClient, mlflow.experiment, signal) }),
    seed: config.seed,
    next: config.rounds.next,
    onMessages: () => poke(),
  });
  const status = () =>
    readStatus(
      db,
      clock(),
      config.source === 'none' ? null : nextRun(config.pull.schedule),
      config.modelType,
    );
  const intake = {
    db,
    dustDir: config.dustDir,
    archiveDir: config.archiveDir,
    clock,
    log: ({ level, message }: { level: 'info' | 'warn'; message: string }) => log[level](message),
    signal: stopping.signal,
  };
  const pullOnce = async (): Promise<PullSummary> => {
    const { name, source } = await configuredSource(
      config,
      await countSimulatedPulls(db),
      ({ level, message }) => log[level](message),
    );
    const summary = await runIntake(intake, (dust) =>
      pullAlerts({ db, source, name, filter: true, dust, clock, signal: stopping.signal }),
    );
    log.info(
      { source: name, read: summary.read, kept: summary.kept, quarantined: summary.quarantined },
      'pulled',
    );
    await loop.alertsArrived();
    return summary;
  };
  let pulling: Promise<PullSummary> | null = null;
  /** Whoever asks while a pull is under way gets that one's outcome: two at once would share the offsets. */
  const pull = (): Promise<PullSummary> => {
    pulling ??= pullOnce().finally(() => {
      pulling = null;
    });
    return pulling;
  };
  const pictures = createPictureClient();
  // Beside the rest of the start; nothing waits for it.
  void pictures
    .warmUp()
    .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'no picture could be drawn yet'));
  const bot = await startBot({
    slack,
    db,
    loop,
    status,
    clock,
    log,
    pictures,
    people: { labellers: config.people.labellers, operators: config.people.operators },
    modelType: config.modelType,
    answersPerCandidate: config.rounds.answersPerCandidate,
    jobs: {
      ...(config.source === 'none' ? {} : { pull: async () => pullWords(await pull()) }),
      labelsCsv: () => csvOfRecords(exportLabels(db, config.modelType)),
    },
    settings: settingsInForce(config),
    guidelines: await readGuidelines(config.people.guidelinesFile, config.modelType),
    onIncurable,
  });
  poke = bot.poke;
  await loop.resume();

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
    plan(config.digest.schedule, 'the digest', async () => {
      if ((await wantDigest(db, clock(), config.modelType)) !== null) bot.poke();
    }),
    plan('*/10 * * * *', 'the reminder', async () => {
      if (await wantReminder(db, clock(), config.reminders)) bot.poke();
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
  // What an earlier process left: E(B-V) from maps installed since, imported labels, archive files.
  const catchUp = firstPull.then(job('catching up', () => runIntake(intake, async () => ({}))));
  const stopLookUps = await startLookUps({
    db,
    lasair: config.lasair.kind === null ? null : config.lasair,
    excluded: config.lasair.excluded,
    log,
    onMessages: () => bot.poke(),
    clock,
  });

  return async () => {
    log.info('stopping; whatever is under way goes on at the next start');
    stopping.abort();
    for (const task of tasks) await task.destroy();
    await Promise.allSettled([firstPull, catchUp, stopLookUps(), tracking]);
    await bot.stop();
    await pictures.close();
    await loop.stop();
    await sandbox?.stop();
    await db.destroy();
    unlock();
  };
};

const sayFault = (error: unknown): void => {
  process.stderr.write(`finkvra: ${messageOf(error)}\n`);
};

const main = async (): Promise<void> => {
  try {
    let stop = async (): Promise<void> => undefined;
    let stopped = false;
    const end = async (code: number): Promise<void> => {
      if (stopped) process.exit(1); // asked twice: at once
      stopped = true;
      await Promise.race([stop(), sleep(SHUTDOWN_MS)]);
      process.exit(code);
    };
    stop = await startService(readConfig(processEnvironment()), (error) => {
      sayFault(error);
      void end(1);
    });
    process.on('SIGINT', () => end(0)).on('SIGTERM', () => end(0));
  } catch (error) {
    sayFault(error);
    process.exit(1);
  }
};

await main();

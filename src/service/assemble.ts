import type { Logger } from 'pino';
import type { Jobs } from '../bot/bot-context.ts';
import { pullWords } from '../bot/content/status-content.ts';
import { readGuidelines, settingsInForce } from '../bot/home-texts.ts';
import { type Bot, type BotOptions, startBot } from '../bot/start-bot.ts';
import type { ChatConfig, Config } from '../config/config.ts';
import { nextRun } from '../lib/cron-times.ts';
import { csvOfRecords } from '../lib/csv.ts';
import { createSurroundings } from '../loop/cards/surroundings.ts';
import { readStatus } from '../loop/digest/status.ts';
import { measureAgain } from '../loop/intake/measure-again.ts';
import { createLoop, type Loop } from '../loop/loop.ts';
import { readStartingSet, SHIPPED_STARTING_SET, startingRows } from '../loop/rounds/starting-set.ts';
import { createMlflowClient } from '../mlflow/client/mlflow-client.ts';
import { lastRound } from '../mlflow/last-round.ts';
import { trackingStore } from '../mlflow/round-jobs.ts';
import { runTrackingQueue } from '../mlflow/tracking-queue.ts';
import type { PictureClient } from '../pictures/picture-client.ts';
import { createLearningClient } from '../pipeline/learning/learning-client.ts';
import { exportLabels } from '../store/answers/labels.ts';
import { storeId } from '../store/key-value.ts';
import type { Db } from '../store/open-store.ts';
import type { AlertsFrom } from './roles/alerts-from.ts';
import { createPuller, type Puller } from './roles/puller.ts';

/** The parts a service is made of; the caller that provides a part also ends it. */
export interface Parts {
  readonly db: Db;
  /** The chat: the configured one, or the sandbox. */
  readonly chat: ChatConfig;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Aborted before `stop`: pulls end after their batch, queues at once. */
  readonly signal: AbortSignal;
  /** Called once, when the chat refuses the service for good. */
  readonly onIncurable?: BotOptions['onIncurable'];
  /** Null: messages go out as text. */
  readonly pictures: PictureClient | null;
  /** Where alerts are taken in; without it, here. */
  readonly alertsFrom?: AlertsFrom;
  /** In place of what follows from the configuration. */
  readonly bot?: Partial<BotOptions>;
}

/** The loop, the chat and what runs beside them, at work on a store. */
export interface Assembled {
  readonly loop: Loop;
  readonly bot: Bot;
  /** Null where alerts are taken in elsewhere. */
  readonly puller: Puller | null;
  /** Finishes what is under way and ends. The store also survives a service that is killed before that. */
  stop(): Promise<void>;
}

/** The queue of rounds to log, running; null without an MLflow server. */
const startTracking = ({ mlflow }: Config, { db, log, signal }: Parts) => {
  if (mlflow === null) return null;
  const client = createMlflowClient({ url: mlflow.url, auth: mlflow.auth });
  const running = runTrackingQueue({
    client,
    store: trackingStore(db),
    log: log.child({ part: 'mlflow' }),
    signal,
  });
  return { running, lastLoggedRound: (until: AbortSignal) => lastRound(client, mlflow.experiment, until) };
};

/** What `/finkvra pull` does; nothing where nobody can be asked to pull. */
const pullJob = (config: Config, puller: Puller | null, elsewhere: AlertsFrom | null): Jobs => {
  if (config.source === 'none') return {};
  if (puller !== null) return { pull: async () => pullWords(await puller.pull()) };
  return elsewhere?.ask == null ? {} : { pull: elsewhere.ask };
};

/**
 * Puts the service together: the loop in front of the store, the chat in front of the loop. What was under
 * way when the last process ended goes on.
 * @throws FinkvraError when the chat does not accept the tokens
 */
export const assemble = async (config: Config, parts: Parts): Promise<Assembled> => {
  const { db, chat, clock, log, pictures, signal } = parts;
  const { modelType, mlflow } = config;
  const measured = await measureAgain(db, signal);
  if (measured > 0) log.info({ alerts: measured }, 'alerts stored by an earlier version were measured again');
  const tracking = startTracking(config, parts);
  let wake = (): void => undefined;
  const surroundings = createSurroundings({
    db,
    finkApi: config.finkApi,
    hips2fits: config.sky.hips2fits,
    sky: config.sky,
    simulationSeed: config.simulation.seed,
    onMessages: () => wake(),
    clock,
    log,
  });
  const loop = createLoop({
    db,
    learning: createLearningClient(),
    clock,
    log,
    rounds: config.rounds,
    modelType,
    engine: config.engine,
    features: config.features,
    decision: config.decision,
    start: config.start,
    others:
      config.start === 'starter'
        ? startingRows(readStartingSet(config.starterFile ?? SHIPPED_STARTING_SET), config.features)
        : null,
    tracking: mlflow === null ? null : { ...mlflow, storeId: await storeId(db) },
    ...(tracking === null ? {} : { lastLoggedRound: tracking.lastLoggedRound }),
    seed: config.seed,
    next: config.rounds.next,
    onMessages: () => {
      surroundings.wake();
      wake();
    },
  });
  const elsewhere = parts.alertsFrom ?? null;
  const puller =
    elsewhere === null
      ? createPuller({ config, db, clock, log, signal, onAlerts: () => loop.alertsArrived() })
      : null;
  const pulls = config.source !== 'none' && (elsewhere === null || elsewhere.ask !== null);
  const nextPull = (): Date | null => (pulls ? nextRun(config.pull.schedule, config.timeZone) : null);
  const bot = await startBot({
    chat,
    db,
    loop,
    status: () => readStatus(db, clock(), nextPull(), modelType),
    clock,
    log,
    ...(pictures === null ? {} : { pictures }),
    surroundings,
    people: { labellers: config.people.labellers, operators: config.people.operators },
    modelType,
    answersPerCandidate: config.rounds.answersPerCandidate,
    hints: config.rounds.hints,
    jobs: {
      ...pullJob(config, puller, elsewhere),
      labelsCsv: () => csvOfRecords(exportLabels(db, modelType)),
    },
    settings: settingsInForce(config),
    guidelines: await readGuidelines(config.people.guidelinesFile, modelType),
    ...(parts.onIncurable === undefined ? {} : { onIncurable: parts.onIncurable }),
    ...parts.bot,
  });
  wake = bot.wake;
  await loop.resume();
  const stopWatching = elsewhere?.watch(() => loop.alertsArrived()) ?? (async () => undefined);
  return {
    loop,
    bot,
    puller,
    stop: async () => {
      await tracking?.running;
      await stopWatching();
      // First, so that no picture waits for it.
      await surroundings.stop();
      await bot.stop();
      await loop.stop();
    },
  };
};

import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';
import { startLookUps } from '../loop/intake/look-up-objects.ts';
import { createPictureClient } from '../pictures/picture-client.ts';
import { type Db, openStore } from '../store/open-store.ts';
import { assertSound, closeToOthers } from '../store/store-file.ts';
import { assemble } from './assemble.ts';
import { startDailyBackups } from './daily-backups.ts';
import { lagReader, type MetricsServer, startMetrics } from './metrics.ts';
import { openSandbox } from './open-sandbox.ts';
import { startSchedules } from './schedules.ts';
import { takeServiceLock } from './service-lock.ts';
import { createStoreWaits } from './store-waits.ts';

const clock = (): Date => new Date();

/** The workspace of the configuration: Slack, or the sandbox, whose address is printed. */
const openWorkspace = async (config: Config) => {
  if (config.slack !== null) return { slack: config.slack, stop: async () => undefined };
  const sandbox = await openSandbox(config);
  process.stdout.write(
    `Finkvra runs in its sandbox: ${sandbox.url}\nSet SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_CHANNEL to run it on Slack. Ctrl-C ends it.\n`,
  );
  return sandbox;
};

/** `/healthz` and `/metrics`, where they are configured. */
const serveMetrics = async (config: Config, db: Db, log: Logger): Promise<MetricsServer | null> => {
  if (config.metrics === null) return null;
  const server = await startMetrics({ ...config.metrics, db, clock, log, readLag: lagReader(config) });
  log.info({ url: server.url }, 'serving /healthz and /metrics');
  return server;
};

/**
 * Starts the service on its data folder.
 * @param onIncurable called once, when Slack refuses the service for good
 * @returns what stops it
 * @throws FinkvraError when another one runs there, the store cannot be opened, or Slack refuses the tokens
 */
export const startService = async (
  config: Config,
  onIncurable: (error: Error) => void,
): Promise<() => Promise<void>> => {
  const log = createLog(config.logLevel);
  const unlock = takeServiceLock(dirname(config.databasePath));
  assertSound(config.databasePath);
  const db = await openStore(config.databasePath, {
    // An answer waits for as long as another program holds the store; nobody would give it again.
    patienceMs: Number.POSITIVE_INFINITY,
    onWait: createStoreWaits(log).onWait,
  });
  closeToOthers(config.databasePath);
  // Before the chat, which may be away for long: a service that waits is well.
  const metrics = await serveMetrics(config, db, log);
  const workspace = await openWorkspace(config);
  const pictures = createPictureClient();
  // Beside the rest of the start; nothing waits for it.
  void pictures
    .warmUp()
    .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'no picture could be drawn yet'));
  const stopping = new AbortController();
  const { signal } = stopping;
  const service = await assemble(config, {
    db,
    slack: workspace.slack,
    clock,
    log,
    pictures,
    signal,
    onIncurable,
  });
  const stopSchedules = startSchedules({ config, db, clock, log, ...service });
  const stopLookUps = await startLookUps({
    db,
    lasair: config.lasair.kind === null ? null : config.lasair,
    excluded: config.lasair.excluded,
    log,
    onMessages: () => service.bot.poke(),
    clock,
  });

  const stopBackups = startDailyBackups({
    databasePath: config.databasePath,
    keep: config.backupsKept,
    clock,
    log,
  });

  return async () => {
    log.info('stopping; whatever is under way goes on at the next start');
    stopping.abort();
    await Promise.allSettled([stopSchedules(), stopLookUps(), stopBackups()]);
    await service.stop();
    await pictures.close();
    await workspace.stop();
    await metrics?.stop();
    await db.destroy();
    unlock();
  };
};

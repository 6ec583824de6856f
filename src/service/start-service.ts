import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { type Config, configuredChat } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';
import { startLookUps } from '../loop/intake/sherlock-lookups.ts';
import { createPictureClient } from '../pictures/picture-client.ts';
import { isEmptyStore } from '../store/check-store.ts';
import { assertSound, closeToOthers } from '../store/store-file.ts';
import { removeStore } from '../store/store-kind.ts';
import { startWords } from './announce.ts';
import { assemble } from './assemble.ts';
import { startDailyBackups } from './daily-backups.ts';
import { openSandbox } from './open-sandbox.ts';
import { createAlertsFrom } from './roles/alerts-from.ts';
import { holdLead } from './roles/lead.ts';
import { isShared } from './roles/roles.ts';
import { startSchedules } from './schedules.ts';
import { takeServiceLock } from './service-lock.ts';
import { clock, type Ends, endAll, serveMetrics } from './service-parts.ts';
import { compactAtStart, createStampCare } from './stamp-care.ts';
import { openConfiguredStore, separateSimulated, storeFolder } from './store-place.ts';
import { createStoreWaits } from './store-waits.ts';

/** The chat of the configuration, or the sandbox, whose address is printed. */
const openChat = async (config: Config) => {
  const chat = configuredChat(config);
  if (chat !== null) return { chat, stop: async () => undefined };
  const sandbox = await openSandbox(config);
  const tokens =
    config.sandbox.chat === 'slack'
      ? 'SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_CHANNEL to run it on Slack'
      : 'DISCORD_TOKEN and DISCORD_CHANNEL to run it on Discord';
  process.stdout.write(`Finkvra runs in its sandbox: ${sandbox.url}\nSet ${tokens}. Ctrl-C ends it.\n`);
  return sandbox;
};

/** A failed start leaves no empty store: the next start would take it for one in use. */
const removeIfEmpty = (path: string): void => {
  if (existsSync(path) && isEmptyStore(path)) removeStore(path);
};

interface Start {
  readonly config: Config;
  readonly role: 'both' | 'serve';
  readonly log: Logger;
  readonly onIncurable: (error: Error) => void;
  readonly onFault: (error: Error) => void;
  readonly ends: Ends;
  readonly stopping: AbortController;
}

const start = async ({ config, role, log, onIncurable, onFault, ends, stopping }: Start): Promise<void> => {
  const tell = (text: string): void => log.info(text);
  const { server } = config.store;
  const { signal } = stopping;
  if (server === null) {
    await separateSimulated(config.dataDir, tell);
    ends.push(takeServiceLock(storeFolder(config)));
  }
  const lead =
    server === null
      ? null
      : await holdLead({ config, server, role, clock, log, onLost: onFault, signal, ends });
  if (server === null) {
    assertSound(config.databasePath);
    await compactAtStart(config.databasePath, log);
  }
  const db = await openConfiguredStore(config, tell, {
    // An answer waits while another program holds the store: people do not answer twice.
    patienceMs: Number.POSITIVE_INFINITY,
    onWait: createStoreWaits(log, server?.shown ?? null).onWait,
    ...(lead === null ? {} : { guard: lead.guard }),
  });
  if (server === null) closeToOthers(config.databasePath);
  ends.push(() => db.destroy());
  await lead?.record(db);
  // Before the chat, which may be away for long: a service that waits is healthy.
  const metrics = await serveMetrics(config, { db, log, role });
  ends.push(async () => metrics?.stop());
  const opened = await openChat(config);
  ends.push(opened.stop);
  const pictures = createPictureClient();
  ends.push(pictures.close);
  // Beside the rest of the start; nothing waits for it.
  void pictures
    .warmUp()
    .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'no picture could be drawn yet'));
  const alertsFrom =
    role === 'both' ? null : createAlertsFrom({ config, db, canAsk: isShared(config), clock, log, signal });
  const service = await assemble(config, {
    db,
    chat: opened.chat,
    clock,
    log,
    pictures,
    signal,
    ...(alertsFrom === null ? {} : { alertsFrom }),
    ...(lead === null ? {} : { bot: { guard: lead.guard } }),
    onIncurable,
  });
  ends.push(service.stop);
  const stopLookUps = await startLookUps({
    db,
    lasair: config.lasair.kind === null ? null : config.lasair,
    excluded: config.lasair.excluded,
    log,
    onMessages: () => service.bot.wake(),
    clock,
  });
  ends.push(stopLookUps);
  // Before the first pull, which it speaks of as to come.
  const words = startWords(config, db, role).then((lines) => {
    process.stdout.write(`${lines.join('\n  ')}\n`);
  });
  words.catch((error: unknown) => log.warn({ error: messageOf(error) }, 'what was found could not be told'));
  ends.push(() => words.catch(() => undefined));
  const { databasePath, store, backupsKept: keep, stampNights: nights } = config;
  const stamps = createStampCare({ db, databasePath: store.place, nights, clock, log });
  ends.push(
    startSchedules({
      config,
      db,
      clock,
      log,
      stamps,
      ...(alertsFrom === null ? {} : { pulledElsewhere: alertsFrom.pulled }),
      ...service,
    }),
  );
  // Ended before the schedules, which wait for what it does.
  ends.push(stamps.stop);
  stamps.begin();
  // A server's databases are backed up there.
  if (server === null) ends.push(startDailyBackups({ databasePath, keep, clock, log }));
  ends.push(() => {
    log.info('stopping; whatever is under way goes on at the next start');
    stopping.abort();
  });
};

/**
 * Starts the service on its store.
 * @param onIncurable called once, when the chat refuses the service for good
 * @param onFault called when everything has to stop and to start anew
 * @param role `serve`: everything but the pull of alerts
 * @returns what stops it
 * @throws FinkvraError when another one runs there, the store cannot be opened, or the chat refuses the tokens
 */
export const startService = async (
  config: Config,
  onIncurable: (error: Error) => void,
  onFault: (error: Error) => void,
  role: Start['role'] = 'both',
): Promise<() => Promise<void>> => {
  const log = createLog(config.logLevel);
  for (const name of config.unknown) log.warn(name);
  const isNew = config.store.server === null && !existsSync(config.databasePath);
  const ends: Ends = [];
  const stopping = new AbortController();
  try {
    await start({ config, role, log, onIncurable, onFault, ends, stopping });
  } catch (error) {
    stopping.abort();
    // The lock was the first to be taken: while it is held nobody else works on the store.
    const [unlock, ...others] = ends;
    await endAll(others, log);
    if (unlock !== undefined && isNew) removeIfEmpty(config.databasePath);
    unlock?.();
    throw error;
  }
  return () => endAll(ends, log);
};

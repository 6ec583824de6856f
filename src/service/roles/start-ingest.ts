import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { createLog } from '../../lib/log.ts';
import type { PullSummary } from '../../loop/intake/pull.ts';
import { clock, type Ends, endAll, serveMetrics } from '../service-parts.ts';
import { openConfiguredStore } from '../store-place.ts';
import { createStoreWaits } from '../store-waits.ts';
import { joinIngest, startIngest } from './ingest-process.ts';
import { createPuller, type Puller } from './puller.ts';
import { assertCanIngest } from './roles.ts';

/** What an ingest process is made of, open; `ends` close it again. */
const open = async (config: Config, log: Logger, ends: Ends) => {
  assertCanIngest(config);
  for (const name of config.unknown) log.warn(name);
  const stopping = new AbortController();
  const db = await openConfiguredStore(config, (text) => log.info(text), {
    patienceMs: Number.POSITIVE_INFINITY,
    onWait: createStoreWaits(log, config.store.server?.shown ?? null).onWait,
  });
  ends.push(() => db.destroy());
  const puller: Puller = createPuller({
    config,
    db,
    clock,
    log,
    signal: stopping.signal,
    // The service looks for itself.
    onAlerts: async () => undefined,
  });
  return { config, db, puller, clock, log, stopping };
};

/**
 * Starts a process that takes alerts in beside others: it pulls at once, on the schedule, and when it is asked to.
 * @returns what stops it after the batch under way
 * @throws FinkvraError when the store is not one for several processes, or cannot be opened
 */
export const startIngestProcess = async (config: Config): Promise<() => Promise<void>> => {
  const ends: Ends = [];
  const log = createLog(config.logLevel);
  try {
    const { db, stopping, ...parts } = await open(config, log, ends);
    const metrics = await serveMetrics(config, { db, log, role: 'ingest' });
    ends.push(async () => metrics?.stop());
    ends.push(await startIngest({ db, ...parts }));
    ends.push(() => {
      log.info('stopping after this batch; what has been read stays');
      stopping.abort();
    });
  } catch (error) {
    await endAll(ends, log);
    throw error;
  }
  return () => endAll(ends, log);
};

/**
 * One pull beside others that may be at theirs, until nothing is left to read for this process.
 * @param signal ends it after the batch under way
 * @throws FinkvraError as above; Error when Kafka cannot be reached
 */
export const ingestOnce = async (config: Config, signal: AbortSignal): Promise<PullSummary> => {
  const ends: Ends = [];
  const log = createLog(config.logLevel);
  try {
    const { stopping, ...parts } = await open(config, log, ends);
    signal.addEventListener('abort', () => stopping.abort(), { once: true });
    if (signal.aborted) stopping.abort();
    const member = await joinIngest(parts);
    ends.push(member.leave);
    return await member.pull();
  } finally {
    await endAll(ends, log);
  }
};

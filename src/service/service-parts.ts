import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import { lagReader, type MetricsOptions, type MetricsServer, startMetrics } from './metrics.ts';

/** The clock of a process that runs for real. */
export const clock = (): Date => new Date();

/** Parts to end, in the reverse order of their start; a failure does not keep the others from ending. */
export type Ends = (() => unknown)[];

export const endAll = async (ends: Ends, log: Logger): Promise<void> => {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    try {
      await end();
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a part of the service did not end in order');
    }
  }
};

/** `/healthz` and `/metrics`, where they are configured. */
export const serveMetrics = async (
  config: Config,
  options: Pick<MetricsOptions, 'db' | 'log' | 'role'>,
): Promise<MetricsServer | null> => {
  if (config.metrics === null) return null;
  const server = await startMetrics({ ...config.metrics, clock, readLag: lagReader(config), ...options });
  options.log.info({ url: server.url }, 'serving /healthz and /metrics');
  return server;
};

const MINUTE_MS = 60_000;

/**
 * Does something at the beginning of each minute, which is when schedules name times.
 * @returns what ends it
 */
export const atEachMinute = (now: () => Date, work: () => void): (() => void) => {
  let timer: NodeJS.Timeout;
  const again = (): void => {
    timer = setTimeout(
      () => {
        again();
        work();
      },
      MINUTE_MS - (now().getTime() % MINUTE_MS),
    );
  };
  again();
  return () => clearTimeout(timer);
};

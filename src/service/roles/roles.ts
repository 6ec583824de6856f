import type { Config } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';

/**
 * What a process does. `both`: all of it (`npm start`). `serve`: everything but the pull of alerts. `ingest`: the
 * pull alone, beside others.
 */
export type Role = 'both' | 'serve' | 'ingest';

/** Whether several processes can work on the store at once. */
export const isShared = ({ store }: Pick<Config, 'store'>): boolean => store.server !== null;

/**
 * @throws FinkvraError where several processes cannot take alerts in: they need a store on a server, and a topic
 *   that they share
 */
export const assertCanIngest = (config: Config): void => {
  if (!isShared(config))
    throw new FinkvraError(
      'finkvra ingest needs a store that several processes work on at once: set STORE_URL=postgres://… to a database, here and for finkvra serve. With the store in a file npm start pulls by itself, and finkvra pull once.',
    );
  if (config.source !== 'kafka')
    throw new FinkvraError(
      `finkvra ingest reads a Kafka topic, and the settings name none (SOURCE=${config.source}): set SOURCE=kafka and KAFKA_GROUP_ID. Files are taken in by finkvra pull --from.`,
    );
};

/** How a service that pulls nothing itself comes by its alerts, for whoever starts it. */
export const alertsFromWords = (config: Config): string => {
  if (isShared(config)) return 'alerts: from finkvra ingest, started apart with the same STORE_URL';
  const itself = config.source === 'none' ? '' : '; npm start pulls by itself';
  return `alerts: finkvra serve pulls none. With the store in a file take them in with finkvra pull${itself}`;
};

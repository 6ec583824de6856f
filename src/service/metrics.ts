import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { topicState } from '../pipeline/ingest/kafka/read-topic.ts';
import type { Db } from '../store/open-store.ts';
import { readServiceFigures, type ServiceFigures } from '../store/service-figures.ts';
import type { Role } from './roles/roles.ts';

export interface MetricsOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Null while this process waits for another one to end. */
  readonly db: Db | null;
  /** What this process does; `both` without it. */
  readonly role?: Role;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Packets of the topic that the group has not committed; null where no topic is read. */
  readonly readLag: (() => Promise<number>) | null;
  /** Time that the store may take to answer before the service counts as unhealthy, in ms. */
  readonly patienceMs?: number;
}

export interface MetricsServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The broker is asked for the lag this often at most, in ms. */
const LAG_EVERY_MS = 60_000;
const PATIENCE_MS = 2_000;

const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** The lag of the configured topic; null where none is read. */
export const lagReader = ({ source, kafka }: Config): (() => Promise<number>) | null => {
  const { groupId, sasl, ...connection } = kafka;
  if (source !== 'kafka' || groupId === null) return null;
  const options = { ...connection, groupId, ...(sasl === null ? {} : { sasl }) };
  return async () => (await topicState(options)).lag;
};

/** Caches the lag for up to a minute, so that a scrape does not wait for the broker. */
const watchLag = ({ readLag, clock, log }: MetricsOptions) => {
  let lag: number | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  return (): number | null => {
    const now = clock().getTime();
    if (readLag !== null && now - askedAt >= LAG_EVERY_MS) {
      askedAt = now;
      readLag().then(
        (found) => {
          lag = found;
        },
        (error: unknown) => {
          lag = null;
          log.debug({ error: messageOf(error) }, 'the lag of the topic is not known');
        },
      );
    }
    return lag;
  };
};

/** Whether this process posts: of several services on a store one does. */
const addLeads = (registry: Registry, leads: boolean): void => {
  new Gauge({
    name: 'finkvra_leads',
    help: '1 if this process is the service that posts, 0 while it waits for another one to end',
    registers: [registry],
  }).set(leads ? 1 : 0);
};

/** Gauges of the store's figures. Each scrape reads the store once. */
const addGauges = (
  registry: Registry,
): ((figures: ServiceFigures, lag: number | null, now: Date) => void) => {
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `finkvra_${name}`, help, labelNames, registers: [registry] });
  const rounds = gauge('rounds', 'Rounds, by whether they are still open', ['state']);
  const answers = gauge('answers', 'Answers that people have given');
  const labels = gauge('labels', 'Objects that have a label');
  const outbox = gauge('outbox_messages', 'Messages to be posted or drawn again, and those in doubt', [
    'wait',
  ]);
  const oldest = gauge('outbox_oldest_seconds', 'Age of the oldest message to be posted');
  const queues = gauge('queue_length', 'What waits: lookups, rounds for MLflow, quarantined packets', [
    'queue',
  ]);
  const pulled = gauge('last_pull_timestamp_seconds', 'When the last pull ended (Unix time)');
  const failed = gauge('last_pull_failed', '1 if the last pull failed');
  const lagging = gauge('kafka_lag_messages', 'Messages of the topic that are not read yet');
  const ingest = gauge('ingest_processes', 'Processes of finkvra ingest, by what they are at', ['doing']);
  return (figures, lag, now) => {
    rounds.set({ state: 'open' }, figures.roundsOpen);
    rounds.set({ state: 'closed' }, figures.roundsClosed);
    answers.set(figures.answers);
    labels.set(figures.labels);
    outbox.set({ wait: 'post' }, figures.toPost);
    outbox.set({ wait: 'redraw' }, figures.toRedraw);
    outbox.set({ wait: 'unsure' }, figures.unsure);
    const since = figures.oldestToPost;
    oldest.set(since === null ? 0 : Math.max(0, now.getTime() / 1000 - seconds(since)));
    queues.set({ queue: 'sherlock' }, figures.lookupsWaiting);
    queues.set({ queue: 'mlflow' }, figures.trackingWaiting);
    queues.set({ queue: 'quarantine' }, figures.quarantined);
    failed.set(figures.lastPullFailed ? 1 : 0);
    ingest.set({ doing: 'pulls' }, figures.ingestPulling);
    ingest.set({ doing: 'waits' }, figures.ingestWaiting);
    // An unknown value has no sample; a zero would be wrong.
    pulled.remove();
    lagging.remove();
    if (figures.lastPullAt !== null) pulled.set(seconds(figures.lastPullAt));
    if (lag !== null) lagging.set(lag);
  };
};

type Page = { readonly status: number; readonly type: string; readonly body: string };

const json = (status: number, body: unknown): Page => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

/** The figures, unless the store takes longer than the patience allows. */
const figuresInTime = async (db: Db, patienceMs: number): Promise<ServiceFigures> => {
  const giveUp = new AbortController();
  const late = sleep(patienceMs, null, { signal: giveUp.signal }).catch(() => null);
  try {
    const figures = await Promise.race([readServiceFigures(db), late]);
    if (figures === null) throw new FinkvraError(`the store did not answer within ${patienceMs} ms`);
    return figures;
  } finally {
    giveUp.abort();
  }
};

/**
 * Serves `/healthz`, 200 while the process answers and its store does, and `/metrics` in Prometheus' format.
 * Outages elsewhere (chat, broker, MLflow) do not make it unhealthy: a restart would not help.
 * @throws FinkvraError when the address cannot be listened on
 */
export const startMetrics = async (options: MetricsOptions): Promise<MetricsServer> => {
  const { host, port, db, role = 'both', clock, patienceMs = PATIENCE_MS } = options;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  if (role !== 'ingest') addLeads(registry, db !== null);
  const setGauges = db === null ? null : addGauges(registry);
  const lag = watchLag(options);

  const health = async (): Promise<Page> => {
    if (db === null) return json(200, { status: 'ok', waits: 'another service leads' });
    try {
      const { toPost, oldestToPost, lastPullAt, lastPullFailed } = await figuresInTime(db, patienceMs);
      return json(200, { status: 'ok', toPost, oldestToPost, lastPullAt, lastPullFailed });
    } catch (error) {
      return json(503, { status: 'ill', error: messageOf(error) });
    }
  };
  const metrics = async (): Promise<Page> => {
    if (db !== null) setGauges?.(await figuresInTime(db, patienceMs), lag(), clock());
    return { status: 200, type: registry.contentType, body: await registry.metrics() };
  };
  const pageFor = async ({ method, url = '/' }: IncomingMessage): Promise<Page> => {
    if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET and HEAD are answered' });
    const { pathname } = new URL(url, 'http://localhost');
    if (pathname === '/healthz') return await health();
    if (pathname === '/metrics') return await metrics();
    return json(404, { error: 'there are /healthz and /metrics' });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, type, body } = await pageFor(request).catch((error: unknown) =>
      json(503, { error: messageOf(error) }),
    );
    response.writeHead(status, { 'content-type': type });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new FinkvraError(
          `Metrics cannot be served on ${host}:${port} (${messageOf(error)}): set METRICS_PORT or METRICS_HOST to another.`,
          { cause: error },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    stop: async () => {
      registry.clear();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

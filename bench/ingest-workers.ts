import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Message } from 'kafkajs';
import type { Sandbox } from 'slack-sandbox';
import { topicState } from '../src/pipeline/ingest/kafka/read-topic.ts';
import { DEFAULT_SIMULATION_NIGHT, simulateNight } from '../src/simulation/simulated-night.ts';
import { ingestProcesses, requestPull } from '../src/store/intake/ingest-processes.ts';
import { type Db, openStore } from '../src/store/open-store.ts';
import { rightAnswer } from '../test/helpers/after-kills.ts';
import { percentile } from '../test/helpers/percentile.ts';
import { startRoomySandbox } from '../test/helpers/sandbox.ts';
import {
  eventually,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startCommand,
  subjectOf,
  temporaryFolder,
} from '../test/helpers/service.ts';
import { isKafkaInstalled, startBroker } from '../test/kafka/broker.ts';
import { createTopic, produce } from '../test/kafka/topics.ts';
import { isPostgresInstalled, startPostgres } from '../test/postgres/server.ts';

export const name = 'ingest-workers';

const PARTITIONS = 10;
const PACKETS = 2000;
/** Of them read before the clicks, for the round's cards. */
const FIRST = 400;
const CARDS = 60;
const MOST_MS = 120_000;

type Env = Record<string, string>;

const seconds = (since: number): number => Number(((performance.now() - since) / 1000).toFixed(1));

const send = (client: Kafka, topic: string, messages: readonly Message[]): Promise<void> =>
  produce(
    client,
    topic,
    messages.map((message, index) => ({ ...message, partition: index % PARTITIONS })),
  );

const readSoFar = async (db: Db): Promise<number> => {
  const { read } = await db
    .selectFrom('pulls')
    .select((eb) => eb.fn.sum<number | null>('read').as('read'))
    .executeTakeFirstOrThrow();
  return read ?? 0;
};

const waiting = (db: Db, processes: number): Promise<boolean> =>
  eventually('processes that wait', async () => {
    const all = await ingestProcesses(db);
    return (
      all.length === processes && all.every(({ doing, pulledAt }) => doing === 'waits' && pulledAt !== null)
    );
  });

/** Asks processes that wait to pull what is in the topic: seconds until all of it is in the store. */
const rateOf = async (
  client: Kafka,
  env: Env,
  topic: string,
  messages: readonly Message[],
  processes: number,
) => {
  await createTopic(client, topic, { partitions: PARTITIONS });
  const own: Env = { ...env, KAFKA_TOPIC: topic, KAFKA_GROUP_ID: topic };
  const db = await openStore(own.STORE_URL ?? '');
  const running = Array.from({ length: processes }, () => startCommand(['ingest'], own));
  try {
    await waiting(db, processes);
    await send(client, topic, messages);
    const began = performance.now();
    await requestPull(db);
    const group = { brokers: [own.KAFKA_BROKERS ?? ''], topic, groupId: topic };
    await eventually('the whole topic', async () => (await topicState(group)).lag === 0, undefined, MOST_MS);
    const took = seconds(began);
    const alerts = await db.selectFrom('alerts').select('stored_at').orderBy('stored_at').execute();
    const ends = [alerts[0], alerts.at(-1)].map((one) => Date.parse(one?.stored_at ?? ''));
    const storing = ((ends[1] ?? 0) - (ends[0] ?? 0)) / 1000;
    return {
      packets: messages.length,
      alerts: alerts.length,
      seconds: took,
      perSecond: Math.round(messages.length / took),
      /** From the first stored batch to the last: without joining the group. */
      storingPerSecond: Math.round(messages.length / storing),
    };
  } finally {
    await Promise.all(running.map(({ kill }) => kill()));
    await db.destroy();
  }
};

const click = async (sandbox: Sandbox, card: Parameters<typeof subjectOf>[0]): Promise<boolean> => {
  const [user = ''] = sandbox.users.map(({ id }) => id);
  const actionId = rightAnswer(subjectOf(card).object);
  const { outcome } = await sandbox.act.click({ user, ts: card.ts, actionId });
  return outcome === 'acknowledged';
};

/** Milliseconds to the acknowledgement of clicks while two processes pull, and afterwards. */
const clicksWhilePulling = async (client: Kafka, env: Env, topic: string, messages: readonly Message[]) => {
  const sandbox = await startRoomySandbox();
  await createTopic(client, topic, { partitions: PARTITIONS });
  await send(client, topic, messages.slice(0, FIRST));
  const own: Env = {
    ...env,
    ...slackSettings(sandbox),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP_ID: topic,
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: String(CARDS),
  };
  const db = await openStore(own.STORE_URL ?? '');
  const running: RunningService[] = [startCommand(['serve'], own)];
  const log = (): string => running.map((one) => one.log().slice(-2000)).join('\n');
  try {
    running.push(startCommand(['ingest'], own), startCommand(['ingest'], own));
    await eventually('cards', () => openCards(sandbox).length === CARDS, log, MOST_MS);
    await waiting(db, 2);
    await send(client, topic, messages.slice(FIRST));
    const before = await readSoFar(db);
    await requestPull(db);
    await eventually('a pull', async () => (await readSoFar(db)) > before, log, MOST_MS);
    const during: number[] = [];
    const after: number[] = [];
    for (const card of openCards(sandbox).slice(0, CARDS - 2)) {
      const isPulling = (await readSoFar(db)) < messages.length;
      const began = performance.now();
      if (await click(sandbox, card))
        (isPulling ? during : after).push(Math.round(performance.now() - began));
      await sleep(20);
    }
    const told = (all: readonly number[]) => ({
      clicks: all.length,
      p50: percentile(all, 0.5),
      p99: percentile(all, 0.99),
    });
    return { whilePulling: told(during), afterwards: told(after) };
  } finally {
    await Promise.all(running.map(({ kill }) => kill()));
    await db.destroy();
    await sandbox.stop();
  }
};

/** Seconds from the leader's death (kill -9) to an answer that the second one takes, and to its next post. */
const deathToPost = async (env: Env) => {
  const sandbox = await startRoomySandbox();
  const own: Env = {
    ...env,
    ...slackSettings(sandbox),
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: '4',
  };
  const running = [startCommand(['serve'], own)];
  const log = (): string => running.map((one) => one.log().slice(-2000)).join('\n');
  try {
    await eventually('cards', () => openCards(sandbox).length === 4, log, MOST_MS);
    running.push(startCommand(['serve'], own));
    await eventually('a second one', () => running[1]?.log().includes('waits to take over'), log);
    const cards = openCards(sandbox);
    for (const card of cards.slice(0, 3)) await click(sandbox, card);
    const [last] = cards.slice(3);
    if (last === undefined) throw new Error('there is no fourth card');
    await running[0]?.kill();
    const died = performance.now();
    await eventually('an answer that is taken', () => click(sandbox, last), log, MOST_MS);
    const answered = seconds(died);
    await eventually('the report', () => messagesOf(sandbox, 'report', 1).length > 0, log, MOST_MS);
    return { answerSeconds: answered, postSeconds: seconds(died) };
  } finally {
    await Promise.all(running.map(({ kill }) => kill()));
    await sandbox.stop();
  }
};

/** A broker that has just begun has no coordinator of groups until one is asked for. */
const warmUp = async (client: Kafka, address: string): Promise<void> => {
  await createTopic(client, 'warm');
  await eventually('a coordinator', () =>
    topicState({ brokers: [address], topic: 'warm', groupId: 'warm' }).then(
      () => true,
      () => false,
    ),
  );
};

/**
 * `finkvra ingest` on a topic of ten partitions in a real broker, into a real PostgreSQL on this machine whose
 * commits wait for the disk: packets a second of 1, 2 and 4 processes; what a click takes meanwhile; and how long
 * nobody answers when the leader dies.
 */
export const run = async () => {
  if (!isKafkaInstalled()) return { skipped: 'Kafka is not installed: run scripts/install-kafka.sh' };
  if (!isPostgresInstalled())
    return { skipped: 'PostgreSQL is not installed: run scripts/install-postgres.sh' };
  const folder = temporaryFolder();
  const [broker, server] = await Promise.all([
    startBroker(),
    startPostgres({ fsync: 'on', full_page_writes: 'on' }),
  ]);
  try {
    await warmUp(broker.client, broker.address);
    const messages = [...simulateNight({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: PACKETS })];
    const admin = await import('pg').then(
      ({ Client }) => new Client({ connectionString: server.url('postgres') }),
    );
    // The server is ended before it where a task fails.
    admin.on('error', () => undefined);
    await admin.connect();
    const envOn = async (database: string): Promise<Env> => {
      await admin.query(`create database ${database}`);
      const STORE_URL = server.url(database);
      return { DATA_DIR: `${folder.path}/${database}`, KAFKA_BROKERS: broker.address, STORE_URL };
    };
    const rates: Record<string, unknown> = {};
    for (const processes of [1, 2, 4]) {
      const topic = `rate_${processes}`;
      rates[processes] = await rateOf(broker.client, await envOn(topic), topic, messages, processes);
      process.stderr.write(`${JSON.stringify({ processes, ...Object(rates[processes]) })}\n`);
    }
    const clicks = await clicksWhilePulling(broker.client, await envOn('clicks'), 'clicks', messages);
    process.stderr.write(`${JSON.stringify(clicks)}\n`);
    // A store that has alerts already.
    const takeover = await deathToPost({
      DATA_DIR: `${folder.path}/rate_1`,
      STORE_URL: server.url('rate_1'),
    });
    await admin.end();
    return { rates, clicks, takeover, bars: { 'click p99, ms': 100, 'takeover, s': 30 } };
  } finally {
    await Promise.all([broker.remove(), server.remove()]);
    folder.remove();
  }
};

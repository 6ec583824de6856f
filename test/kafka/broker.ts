import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import kafkajs, { type Kafka } from 'kafkajs';
import { registerKafkaCodecs } from '../../src/pipeline/ingest/kafka/compression/codecs.ts';

const cache = join(import.meta.dirname, '..', '..', '.cache', 'kafka');
const startingTime = 60_000;
/** For a Java program that runs a second: no optimizing compiler. */
const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** The SASL user that every broker of the tests knows. */
export const brokerUser = { username: 'astronomer', password: 'let-me-in' } as const;

/** A real Kafka broker (KRaft, broker and controller in one process) on ports of its own. */
export interface Broker {
  /** host:port without authentication. */
  readonly address: string;
  /** host:port that wants `brokerUser` by SCRAM-SHA-512. */
  readonly saslAddress: string;
  /** A client for producing and administration, quiet. */
  readonly client: Kafka;
  /** Where it keeps its topics, each partition in a folder `<topic>-<partition>`. */
  readonly log: string;
  /** Stops it the way an administrator does. */
  stop(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** Starts it again: same ports, same log. */
  start(): Promise<void>;
  /** Stops it for good and deletes its log. */
  remove(): Promise<void>;
}

/** Folder of Kafka's jars, as scripts/install-kafka.sh leaves them. */
const jars = (): string | undefined =>
  (existsSync(cache) ? readdirSync(cache) : [])
    .map((version) => join(cache, version, 'libs'))
    .find(existsSync);

export const isKafkaInstalled = (): boolean => jars() !== undefined;

/** A client for producing and administration, quiet. */
export const brokerClient = (address: string): Kafka => {
  registerKafkaCodecs();
  return new kafkajs.Kafka({
    brokers: [address],
    clientId: 'finkvra-test',
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 1000 },
  });
};

/** @param settings properties of the broker beside or instead of the usual ones. */
export async function startBroker(settings: Readonly<Record<string, string>> = {}): Promise<Broker> {
  const libs = jars();
  if (libs === undefined) throw new Error('Kafka is not installed: run scripts/install-kafka.sh');
  const classpath = join(libs, '*');
  const folder = mkdtempSync(join(tmpdir(), 'finkvra-kafka-'));
  const [plain, sasl, controller] = await freePorts(3);
  const address = `127.0.0.1:${plain}`;
  const saslAddress = `127.0.0.1:${sasl}`;
  const config = join(folder, 'server.properties');
  const topics = join(folder, 'log');
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `PLAINTEXT://${address},SASL://${saslAddress},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://${address},SASL://${saslAddress}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT',
    'listener.name.sasl.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'log.dirs': topics,
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    // A group's first member would otherwise wait three seconds for others.
    'group.initial.rebalance.delay.ms': '0',
    // The nastier setting: asking about a topic must not bring it into being.
    'auto.create.topics.enable': 'true',
    'log.retention.check.interval.ms': '500',
    'log.initial.task.delay.ms': '500',
    ...settings,
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  writeFileSync(config, `${lines.join('\n')}\n`);
  const scram = `SCRAM-SHA-512=[name=${brokerUser.username},password=${brokerUser.password}]`;
  await promisify(execFile)('java', [
    ...[...quickStart, '-cp', classpath, 'kafka.tools.StorageTool', 'format', '--config', config],
    ...['--cluster-id', 'finkvraTestCluster0000', '--add-scram', scram],
  ]);

  const client = brokerClient(address);

  let broker: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const log = createWriteStream(join(folder, 'broker.log'), { flags: 'a' });
    const options = [
      '-Xms256m',
      '-Xmx768m',
      '-XX:+UseSerialGC',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    ];
    broker = spawn('java', [...options, '-cp', classpath, 'kafka.Kafka', config]);
    broker.stdout?.pipe(log);
    broker.stderr?.pipe(log);
    await isReady(broker, client, join(folder, 'broker.log'));
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const running = broker;
    broker = null;
    if (running === null || running.exitCode !== null) return;
    const exit = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exit;
  };

  await start();
  return {
    address,
    saslAddress,
    client,
    log: topics,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(broker: ChildProcess, client: Kafka, log: string): Promise<void> {
  const deadline = Date.now() + startingTime;
  for (;;) {
    const admin = client.admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      await admin.describeCluster();
      return;
    } catch (error) {
      if (broker.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the Kafka broker did not start:\n${readFileSync(log, 'utf8').slice(-3000)}`, {
          cause: error,
        });
      }
      await sleep(100);
    } finally {
      await admin.disconnect();
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => portOf(server.address()));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

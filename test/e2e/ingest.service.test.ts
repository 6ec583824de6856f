import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { topicState } from '../../src/pipeline/ingest/kafka/read-topic.ts';
import { DEFAULT_SIMULATION_NIGHT, simulateNight } from '../../src/simulation/simulated-night.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  type RunningService,
  slackSettings,
  startCommand,
  temporaryFolder,
} from '../helpers/service.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-store.ts';
import { sharedBroker } from '../kafka/shared-broker.ts';
import { createTopic, produce } from '../kafka/topics.ts';

const broker = sharedBroker();
const PARTITIONS = 10;
const PACKETS = 1500;
/** The broker keeps a dead member's partitions for 15 s, and tells members of others every 3 s. */
const PATIENCE_MS = 180_000;
const night = [...simulateNight({ seed: 3, night: DEFAULT_SIMULATION_NIGHT, size: PACKETS })];

let folder: ReturnType<typeof temporaryFolder>;
let database: TestDatabase;
let env: Record<string, string>;
let topics = 0;
let topic: string;
let running: RunningService[];
beforeEach(async () => {
  folder = temporaryFolder();
  database = await createTestDatabase();
  topic = `ingest_${topics++}`;
  running = [];
  env = {
    DATA_DIR: join(folder.path, 'data'),
    STORE_URL: database.url,
    KAFKA_BROKERS: broker.address,
    KAFKA_TOPIC: topic,
    KAFKA_GROUP_ID: topic,
  };
  await createTopic(broker.client, topic, { partitions: PARTITIONS });
  const messages = night.map((packet, index) => ({ ...packet, partition: index % PARTITIONS }));
  await produce(broker.client, topic, messages);
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.kill()));
  await database.drop();
  folder.remove();
});

/** Candids in the store, and what the pulls say they kept and had read. */
const stored = async () => {
  const db = await openStore(database.url);
  try {
    const alerts = await db.selectFrom('alerts').select('candid').orderBy('candid').execute();
    const pulls = await db.selectFrom('pulls').select(['kept', 'known', 'read']).execute();
    const sum = (of: 'kept' | 'known' | 'read'): number => pulls.reduce((all, one) => all + one[of], 0);
    return { candids: alerts.map(({ candid }) => candid), kept: sum('kept'), read: sum('read') };
  } finally {
    await db.destroy();
  }
};

const committed = async (): Promise<{ lag: number; read: number }> => {
  const { lag, partitions } = await topicState({
    brokers: [broker.address],
    topic,
    groupId: env.KAFKA_GROUP_ID ?? '',
  });
  return { lag, read: partitions.reduce((sum, one) => sum + Number(one.committed ?? 0), 0) };
};

const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};

/** `finkvra ingest --once`, so many at once, each to its end. */
const ingestOnce = async (processes: number): Promise<void> => {
  const members = Array.from({ length: processes }, () => startCommand(['ingest', '--once'], env));
  running.push(...members);
  const codes = await Promise.all(members.map(({ child }) => ended(child)));
  expect(codes, members.map(({ log }) => log()).join('\n---\n')).toEqual(members.map(() => 0));
};

test('one, two and four processes take in the same alerts, each once', { timeout: PATIENCE_MS }, async () => {
  let alone: string[] | null = null;
  for (const processes of [1, 2, 4]) {
    env = { ...env, KAFKA_GROUP_ID: `${topic}_${processes}` };
    await ingestOnce(processes);
    const { candids, kept, read } = await stored();
    alone ??= candids;
    expect(candids).toEqual(alone);
    expect(kept).toBe(candids.length);
    expect(read).toBeGreaterThanOrEqual(PACKETS);
    expect((await committed()).lag).toBe(0);
    await database.drop();
    database = await createTestDatabase();
    env = { ...env, STORE_URL: database.url };
  }
  expect(alone?.length).toBeGreaterThan(PACKETS / 2);
});

test('of a process killed in mid-pull the others read the rest, and no offset was committed before its alerts', {
  timeout: PATIENCE_MS,
}, async () => {
  const victim = startCommand(['ingest', '--once'], env);
  running.push(victim);
  await eventually('alerts', async () => (await stored()).candids.length > 100, victim.log);
  const others = ingestOnce(2);
  await victim.kill();
  // What the group has committed is in the store: each of these packets was read, and is kept or was filtered out.
  const { read: offsets } = await committed();
  const { read } = await stored();
  expect(offsets).toBeLessThan(PACKETS);
  expect(read).toBeGreaterThanOrEqual(offsets);
  await others;
  const { candids, kept } = await stored();
  expect((await committed()).lag).toBe(0);
  expect(kept).toBe(candids.length);
  const interrupted = candids;
  await database.drop();
  database = await createTestDatabase();
  env = { ...env, STORE_URL: database.url, KAFKA_GROUP_ID: `${topic}_alone` };
  await ingestOnce(1);
  expect(interrupted).toEqual((await stored()).candids);
});

test('the leader opens a round on what ingest processes took in, and /finkvra pull asks them', {
  timeout: PATIENCE_MS,
}, async () => {
  const sandbox = await startRoomySandbox();
  try {
    env = { ...env, ...slackSettings(sandbox), NEXT_ROUND: 'at-once', FIRST_ROUND_SIZE: '4' };
    const leader = startCommand(['serve'], env);
    running.push(leader);
    await eventually('lead', () => leader.log().includes('next round'), leader.log);
    const [vera = ''] = sandbox.users.map(({ id }) => id);
    /** Asks for a pull; resolves to what the person is told. */
    const ask = async (words: RegExp): Promise<string> => {
      await sandbox.act.command({ user: vera, command: '/finkvra', text: 'pull' });
      return eventually(
        `word of ${words}`,
        () => words.exec(JSON.stringify(sandbox.ephemerals(vera)))?.[0],
        leader.log,
        60_000,
      );
    };
    await ask(/No ingest process is running/);
    const ingest = [1, 2].map(() => startCommand(['ingest'], env));
    running.push(...ingest);
    const log = (): string => running.map((one) => one.log()).join('\n---\n');
    await eventually('cards', () => messagesOf(sandbox, 'card').length === 4, log, 60_000);
    const { stdout } = await finkvra(['status'], env);
    expect(stdout).toContain(`Led by process ${leader.child.pid} on`);
    for (const { child } of ingest) expect(stdout).toContain(`Ingest: process ${child.pid} on`);

    const more = [...simulateNight({ seed: 3, night: DEFAULT_SIMULATION_NIGHT + 1, size: 60 })];
    await produce(
      broker.client,
      topic,
      more.map((packet, index) => ({ ...packet, partition: index % PARTITIONS })),
    );
    const before = (await stored()).kept;
    await ask(/60 read, [1-9]\d* kept/);
    expect((await stored()).kept).toBeGreaterThan(before);
    for (const process of ingest) expect(await process.stop(), log()).toBe(0);
    expect((await finkvra(['status'], env)).stdout).not.toContain('Ingest:');
  } finally {
    await sandbox.stop();
  }
});

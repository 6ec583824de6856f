import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { topicState } from '../../src/pipeline/ingest/kafka/read-topic.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import {
  eventually,
  finkvra,
  slackSettings,
  spawnFinkvra,
  startService,
  temporaryFolder,
} from '../helpers/service.ts';
import { sharedBroker } from '../kafka/shared-broker.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import {
  candidOf,
  encodePacket,
  fullSizeKey,
  fullSizePacket,
  packetKey,
} from '../pipeline/ingest/packets.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

const broker = sharedBroker();

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;
let topics = 0;
let topic: string;

beforeEach(async () => {
  folder = temporaryFolder();
  topic = `pull_${topics++}`;
  env = {
    DATA_DIR: join(folder.path, 'data'),
    KAFKA_BROKERS: broker.address,
    KAFKA_TOPIC: topic,
    KAFKA_GROUP_ID: 'team',
  };
});
afterEach(() => folder.remove());

const stored = async (): Promise<number> => {
  const db = await openStore(join(env.DATA_DIR ?? '', 'finkvra.sqlite'));
  try {
    return (await countAlerts(db)).alerts;
  } finally {
    await db.destroy();
  }
};

const pull = async (...more: string[]) => {
  const { stdout, stderr, code } = await finkvra(['pull', '--no-filter', '--json', ...more], env);
  expect(code, stderr).toBe(0);
  return { summary: JSON.parse(stdout), stderr };
};

const candids = async (): Promise<string[]> => {
  const { stdout } = await finkvra(['export', 'alerts', '--json'], env);
  return JSON.parse(stdout)
    .map(({ candid }: { candid: string }) => candid)
    .sort();
};

describe('finkvra pull from a real broker', () => {
  test('killed in mid pull three times, it ends with every alert of the topic once, and no lag', async () => {
    const count = 600;
    const messages: Message[] = Array.from({ length: count }, (_, i) => ({
      key: fullSizeKey,
      value: fullSizePacket(i),
    }));
    await createTopic(broker.client, topic);
    await produce(broker.client, topic, messages);
    const seen: number[] = [];
    for (const afterMs of [0, 100, 300]) {
      const before = seen.at(-1) ?? 0;
      const child = spawnFinkvra(['pull', '--no-filter'], env);
      const ended = once(child, 'exit');
      await eventually(
        'a stored batch',
        async () => child.exitCode !== null || (await stored()) > before,
        undefined,
        90_000,
      );
      await sleep(afterMs);
      child.kill('SIGKILL');
      await ended;
      seen.push(await stored());
    }
    const { summary } = await pull();
    expect(summary.quarantined).toBe(0);
    expect(seen[0]).toBeGreaterThan(0);
    expect(await candids()).toEqual(Array.from({ length: count }, (_, i) => String(candidOf(i))).sort());
    expect((await topicState({ brokers: [broker.address], topic, groupId: 'team' })).lag).toBe(0);
  }, 240_000);

  test('what cannot be decoded waits in quarantine with its place and bytes, and stops nothing', async () => {
    const bad = Buffer.from('this is no packet');
    await createTopic(broker.client, topic);
    await produce(broker.client, topic, [
      { key: packetKey, value: encodePacket(0) },
      { key: packetKey, value: bad },
      { key: '2.7_3.10.1', value: encodePacket(1) },
      { key: packetKey, value: encodePacket(2) },
    ]);
    const { summary } = await pull();
    expect(summary).toMatchObject({ read: 4, kept: 2, quarantined: 2 });
    const list = JSON.parse((await finkvra(['quarantine', 'list', '--json'], env)).stdout);
    expect(list).toMatchObject([
      { source: topic, partition: 0, offset: '1', size: bad.length },
      { source: topic, partition: 0, offset: '2' },
    ]);
    expect(list[1].reason).toContain('2.7_3.10.1');
    expect((await pull()).summary).toMatchObject({ read: 0 });
  }, 120_000);

  test('the service pulls by itself when its store is new, and a second topic can be named', async () => {
    await createTopic(broker.client, topic);
    await produce(broker.client, topic, [{ key: packetKey, value: encodePacket(0) }]);
    const sandbox = await startRoomySandbox();
    const service = startService({ ...env, ...slackSettings(sandbox) });
    try {
      await eventually('the first pull', () => service.log().includes('"pulled"'), service.log, 60_000);
      expect(service.log()).toContain(`topic ${topic}`);
    } finally {
      await service.stop();
      await sandbox.stop();
    }
    const other = `${topic}_other`;
    await createTopic(broker.client, other);
    await produce(broker.client, other, [{ key: packetKey, value: encodePacket(7) }]);
    expect((await pull('--topic', other)).summary).toMatchObject({
      source: `topic ${other}`,
      read: 1,
      kept: 1,
    });
    const doctor = JSON.parse((await finkvra(['doctor', '--json'], env)).stdout);
    const kafka = doctor.filter(({ name }: { name: string }) => name.startsWith('Kafka'));
    expect(kafka).toMatchObject([
      { state: 'ok', text: expect.stringContaining('lag 0') },
      { state: 'ok', text: expect.stringContaining('zstd') },
      { state: 'ok', text: expect.stringContaining('is read: alert') },
    ]);
    const absent = await finkvra(['doctor', '--json'], { ...env, KAFKA_TOPIC: 'no_such_topic' });
    expect(absent.code).toBe(1);
    expect(absent.stdout).toContain('no_such_topic');
  }, 180_000);
});

describe.skipIf(!hasSharedData)(`the data-transfer service with real packets${sharedNote}`, () => {
  test('finkvra pull --topic ftransfer_... takes the schema from the side topic', async () => {
    const transfer = `ftransfer_ztf_2026-03-22_${topics}`;
    await createTopic(broker.client, transfer);
    await createTopic(broker.client, `${transfer}_schema`);
    const schema = readFileSync(sharedPath('alerts', 'kafka-key.json'));
    await produce(broker.client, `${transfer}_schema`, [{ key: schema, value: schema }]);
    const values = Array.from({ length: 10 }, (_, i) =>
      readFileSync(sharedPath('alerts', `kafka-value-${i}.avro-bin`)),
    );
    await produce(
      broker.client,
      transfer,
      values.map((value) => ({ key: transfer, value })),
    );
    const { summary } = await pull('--topic', transfer);
    expect(summary).toMatchObject({ read: 10, kept: 10, quarantined: 0 });
    expect(summary.archives[0].alerts).toBe(10);
  }, 120_000);
});

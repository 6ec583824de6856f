import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ReadTopicOptions,
  readTopic,
  topicState,
} from '../../../../src/pipeline/ingest/kafka/read-topic.ts';
import { type Broker, startBroker } from '../../../kafka/broker.ts';
import { createTopic, produce } from '../../../kafka/topics.ts';
import { candidOf, encodePacket, fullSizeKey, fullSizePacket, packetKey } from '../packets.ts';

let broker: Broker;
const scratch = mkdtempSync(join(tmpdir(), 'finkvra-pull-'));
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(async () => {
  await broker?.remove();
  rmSync(scratch, { recursive: true });
});

/** Long enough to sit out a member's session, or a broker's absence. */
const patience = 240_000;

const candids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => candidOf(from + index).toString());

/** A topic of packets of the real size, so that a pull takes several fetches. */
async function topicOf(topic: string, count: number, partitions = 1): Promise<void> {
  await createTopic(broker.client, topic, { partitions });
  const messages = Array.from({ length: count }, (_, index) => ({
    key: fullSizeKey,
    value: fullSizePacket(index),
    partition: index % partitions,
  }));
  await produce(broker.client, topic, messages);
}

async function pull(
  topic: string,
  more: Partial<ReadTopicOptions> = {},
  onBatch: (index: number) => Promise<void> = async () => {},
) {
  const log: string[] = [];
  const read: string[] = [];
  const source = await readTopic({
    brokers: [broker.address],
    topic,
    groupId: 'finkvra',
    idleMs: 2000,
    onLog: ({ message }) => log.push(message),
    ...more,
  });
  let index = 0;
  for await (const batch of source.batches()) {
    for (const item of batch.items) read.push(item.kind === 'alert' ? item.alert.candid : item.reason);
    await onBatch(index++);
    await batch.stored();
  }
  return { read, log };
}

const lag = async (topic: string) =>
  (await topicState({ brokers: [broker.address], topic, groupId: 'finkvra' })).lag;

/** A pull in its own process, killed once its file has so many lines; null lets it end. */
async function pullInProcess(topic: string, file: string, killAt: number | null): Promise<void> {
  const script = join(import.meta.dirname, '..', '..', '..', 'kafka', 'pull-process.ts');
  const child = spawn(process.execPath, [script, broker.address, topic, file, '20'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (killAt !== null) {
    while (linesOf(file).length < killAt && child.exitCode === null) await sleep(5);
    child.kill('SIGKILL');
    await exit;
    return;
  }
  const code = await exit;
  if (code !== 0) throw new Error(errors);
}

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);

describe('nothing is lost', () => {
  it('when the process is killed, again and again', { timeout: patience }, async () => {
    const topic = 'killed';
    await topicOf(topic, 300);
    const file = join(scratch, 'killed.txt');
    writeFileSync(file, '');
    await pullInProcess(topic, file, 40);
    await pullInProcess(topic, file, 150);
    await pullInProcess(topic, file, null);
    const lines = linesOf(file);
    expect([...new Set(lines)].toSorted()).toEqual(candids(0, 300));
    // Each kill may have come between the store and the commit: one batch again at most.
    expect(lines.length).toBeLessThanOrEqual(300 + 2 * 32);
    expect(await lag(topic)).toBe(0);
  });

  it('when the broker goes away for half a minute and comes back', { timeout: patience }, async () => {
    const topic = 'broker_away';
    await topicOf(topic, 200);
    let back: Promise<void> = Promise.resolve();
    const { read, log } = await pull(topic, {}, async (index) => {
      if (index !== 1) return;
      await broker.kill();
      back = sleep(30_000).then(() => broker.start());
    });
    await back;
    expect(read).toEqual(candids(0, 200));
    expect(log.join('\n')).toMatch(/lost the connection while reading "broker_away" .*: trying again/);
    expect(log.join('\n')).toContain('connected again to read "broker_away"');
    expect(await lag(topic)).toBe(0);
  });

  it('when the broker is restarted in passing', { timeout: patience }, async () => {
    const topic = 'broker_restarted';
    await topicOf(topic, 200);
    const { read } = await pull(topic, {}, async (index) => {
      if (index !== 2) return;
      await broker.stop();
      await broker.start();
    });
    expect(read).toEqual(candids(0, 200));
    expect(await lag(topic)).toBe(0);
  });

  it('when the store takes longer than a member may be silent', { timeout: patience }, async () => {
    const topic = 'slow_store';
    await topicOf(topic, 100);
    const { read, log } = await pull(topic, {}, async (index) => {
      if (index === 0) await sleep(20_000);
    });
    expect(read).toEqual(candids(0, 100));
    expect(log).toEqual([]);
    expect(await lag(topic)).toBe(0);
  });
});

it('a broker that stays away ends the pull with an error, what was stored is not read again', {
  timeout: patience,
}, async () => {
  const topic = 'broker_gone';
  await topicOf(topic, 200);
  const read: string[] = [];
  const pulling = pull(topic, { maxWaitMs: 3000 }, async (index) => {
    if (index === 1) await broker.kill();
    read.push(String(index));
  });
  await expect(pulling).rejects.toThrow(
    /no Kafka broker answered at .* for 3 s: \d+ messages of "broker_gone" are left for the next pull/,
  );
  await broker.start();
  expect(await lag(topic)).toBeLessThan(200);
  const rest = await pull(topic);
  expect(rest.read.at(-1)).toBe(candidOf(199).toString());
});

describe('a group of several members', () => {
  it('shares a topic between two pulls, nothing is lost', { timeout: patience }, async () => {
    const topic = 'shared_pull';
    await topicOf(topic, 240, 4);
    const others: ReturnType<typeof pull>[] = [];
    const first = await pull(topic, {}, async (index) => {
      // A member learns of another by its heartbeat, every three seconds.
      await sleep(700);
      if (index === 0) others.push(pull(topic, {}, () => sleep(200)));
    });
    const both = [...first.read, ...(await Promise.all(others)).flatMap(({ read }) => read)];
    // What one had read and not stored when a partition went to the other is read by both.
    expect([...new Set(both)].toSorted()).toEqual(candids(0, 240));
    expect(first.log.join('\n')).toContain(`the group of "${topic}" was rebalanced: partitions read here:`);
    // Each stays until all is read, and neither calls the other's share a fault.
    expect(first.log.join('\n')).not.toContain('another member of the group reads it');
    expect(await lag(topic)).toBe(0);
  });

  it('gets back what a member took that left without reading it', { timeout: patience }, async () => {
    const topic = 'passing_member';
    await topicOf(topic, 160, 4);
    const guest = broker.client.consumer({ groupId: 'finkvra', sessionTimeout: 10_000 });
    const { read, log } = await pull(topic, {}, async (index) => {
      await sleep(500);
      if (index === 1) {
        await guest.connect();
        await guest.subscribe({ topics: [topic], fromBeginning: true });
        // It reads nothing: it waits on its first message until it leaves.
        const left = Promise.withResolvers<void>();
        await guest.run({ autoCommit: false, eachMessage: () => left.promise });
        setTimeout(() => {
          left.resolve();
          guest.disconnect().catch(() => {});
        }, 1500);
      }
    });
    expect([...new Set(read)].toSorted()).toEqual(candids(0, 160));
    expect(log.join('\n')).toContain('was rebalanced');
    expect(await lag(topic)).toBe(0);
  });
});

it('packets that arrive all the while are read pull by pull, each once', { timeout: patience }, async () => {
  const topic = 'live';
  await createTopic(broker.client, topic);
  let isNight = true;
  let sent = 0;
  const night = (async () => {
    while (isNight) {
      const messages = Array.from({ length: 7 }, () => ({ key: packetKey, value: encodePacket(sent++) }));
      await produce(broker.client, topic, messages);
    }
  })();
  const read: string[] = [];
  for (let round = 0; round < 4; round++) {
    await sleep(300);
    read.push(...(await pull(topic)).read);
  }
  isNight = false;
  await night;
  read.push(...(await pull(topic)).read);
  expect(read).toEqual(candids(0, sent));
});

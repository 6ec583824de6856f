import { join } from 'node:path';
import { expect, test } from 'vitest';
import { topicState } from '../../src/pipeline/ingest/kafka/read-topic.ts';
import { countAlerts } from '../../src/store/intake/counts.ts';
import { openStore } from '../../src/store/open-store.ts';
import { sweepKills, sweepPull } from '../helpers/kill-sweep.ts';
import { temporaryFolder } from '../helpers/service.ts';
import { sharedBroker } from '../kafka/shared-broker.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { encodePacket, packetKey } from '../pipeline/ingest/packets.ts';

const POINTS = 40;
const PACKETS = 600;

// `npm run bench -- kill-sweep` kills at all of them.
test('killed after any store write or outgoing call, it ends as if nothing had happened', async () => {
  // A few more are drawn: some come or not as the clock has it, such as a message drawn once for two changes.
  const swept = await sweepKills({ points: POINTS + 4, seed: 11, perScenario: 22, atOnce: 2 });
  expect(swept.failures).toEqual([]);
  expect(swept.killed).toBeGreaterThanOrEqual(POINTS);
}, 600_000);

test('a pull killed around its commits of offsets: they are never ahead of the store', async () => {
  const folder = temporaryFolder();
  const { address, client } = sharedBroker();
  const topic = 'kill_sweep';
  await createTopic(client, topic);
  const packets = Array.from({ length: PACKETS }, (_, i) => ({ key: packetKey, value: encodePacket(i) }));
  await produce(client, topic, packets, { perRequest: 200 });
  const envOf = (name: string) => ({
    DATA_DIR: join(folder.path, name),
    KAFKA_BROKERS: address,
    KAFKA_TOPIC: topic,
    KAFKA_GROUP_ID: name,
  });
  const look = async (): Promise<{ stored: number; lag: number }> => {
    const db = await openStore(join(folder.path, 'killed', 'finkvra.sqlite'));
    const { alerts } = await countAlerts(db);
    await db.destroy();
    const { lag } = await topicState({ brokers: [address], topic, groupId: 'killed' });
    return { stored: alerts, lag: Number(lag) };
  };
  // After the first batch is stored, after its offset was sent, and the same once more.
  const choose = (points: readonly string[]) => [
    ...points.filter((point) => /^commit alerts\+.*pulls.*#[13]$/.test(point)),
    ...points.filter((point) => /^call Kafka 8#[13]$/.test(point)),
  ];
  const killed = await sweepPull(envOf, choose, async () => {
    const { stored, lag } = await look();
    expect(PACKETS - lag).toBeLessThanOrEqual(stored);
  });
  expect(killed.length).toBeGreaterThanOrEqual(3);
  expect(await look()).toEqual({ stored: PACKETS, lag: 0 });
  folder.remove();
}, 300_000);

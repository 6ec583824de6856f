import { readFileSync } from 'node:fs';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_SIMULATION_NIGHT, simulateNight } from '../../src/simulation/simulated-night.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';
import { sharedBroker } from '../kafka/shared-broker.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { hasSharedData, sharedPath } from '../shared-data.ts';

/** Real packets where they are at hand, else simulated ones, as records of Fink's topic. */
const records = (): Message[] => {
  if (!hasSharedData) return [...simulateNight({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: 60 })];
  const key = readFileSync(sharedPath('alerts', 'kafka-key.json'));
  return Array.from({ length: 10 }, (_, i) => ({
    key,
    value: readFileSync(sharedPath('alerts', `kafka-value-${i}.avro-bin`)),
  }));
};

describe('finkvra pull from a real Kafka broker', () => {
  const folder = temporaryFolder();
  const env: Record<string, string> = { DATA_DIR: folder.path, KAFKA_GROUP_ID: 'observers' };
  const packets = records();
  const broker = sharedBroker();

  beforeAll(async () => {
    env.KAFKA_BROKERS = broker.address;
    await createTopic(broker.client, 'fink_vra_ztf');
    await produce(broker.client, 'fink_vra_ztf', packets);
  });
  afterAll(async () => {
    folder.remove();
  });

  const pull = async (...args: string[]) => {
    const { code, stdout, stderr } = await finkvra(['pull', '--no-filter', '--json', ...args], env);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  test('reads the topic fink_vra_ztf to its end, and each packet once', async () => {
    expect(await pull()).toMatchObject({ read: packets.length, kept: packets.length, quarantined: 0 });
    expect(await pull()).toMatchObject({ read: 0, kept: 0 });
  });

  test('what came since is read the next time; a message that is none goes to quarantine', async () => {
    await produce(broker.client, 'fink_vra_ztf', [
      { key: '2.7_3.10.1', value: 'no packet' },
      ...packets.slice(0, 1),
    ]);
    const summary = await pull();
    expect(summary).toMatchObject({ read: 2, kept: 0, known: 1, quarantined: 1 });
    expect(summary.unreadable[0].where).toMatch(/fink_vra_ztf partition 0 offset \d+/);
    expect(summary.unreadable[0].reason).toMatch(/2\.7_3\.10\.1/);
  });

  test('doctor decodes a message: a topic of the right packets is ok', async () => {
    const { stdout } = await finkvra(['doctor'], env);
    expect(stdout).toMatch(/ok +Kafka message +offset \d+ is read: alert \d+/);
  });

  test('a topic of another survey ends the pull with one error and commits nothing; doctor says so', async () => {
    const lsst = {
      key: JSON.stringify({ type: 'record', name: 'lsst', fields: [{ name: 'diaSourceId', type: 'long' }] }),
      value: Buffer.from([2]),
    };
    await createTopic(broker.client, 'elasticc_lsst');
    await produce(broker.client, 'elasticc_lsst', [lsst, lsst, lsst]);
    const other = { ...env, KAFKA_TOPIC: 'elasticc_lsst' };
    for (let time = 0; time < 2; time += 1) {
      const { code, stderr } = await finkvra(['pull'], other);
      expect(code).toBe(1);
      expect(stderr).toContain(
        'topic "elasticc_lsst" offset 0: these are LSST alerts (diaSourceId …): this version reads ZTF',
      );
      expect(stderr.match(/LSST/g)).toHaveLength(1);
    }
    expect((await finkvra(['status'], other)).stdout).toContain('it failed: topic "elasticc_lsst"');
    const doctor = await finkvra(['doctor'], other);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/wrong +Kafka message .*LSST.*\n +→ Check KAFKA_TOPIC/);
    expect(JSON.parse((await finkvra(['quarantine', 'list', '--json'], other)).stdout)).toHaveLength(1);
  });

  test('a topic that is not there and a broker that is not there are told, with what to check', async () => {
    const missing = await finkvra(['pull'], { ...env, KAFKA_TOPIC: 'no_such_topic' });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/^finkvra: .*no_such_topic.*\n$/m);
    const unreachable = await finkvra(['pull'], { ...env, KAFKA_BROKERS: '127.0.0.1:1' });
    expect(unreachable.code).toBe(1);
    expect(unreachable.stderr).toMatch(/^finkvra: no Kafka broker answers at 127\.0\.0\.1:1/m);
  });
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isKafkaInstalled, startBroker } from '../test/kafka/broker.ts';
import { createTopic, produce } from '../test/kafka/topics.ts';
import { fullSizeKey, fullSizePacket } from '../test/pipeline/ingest/packets.ts';

export const name = 'kafka-pull';

const RECORDS = 20_000;
const DIFFERENT = 400;

/**
 * A pull of 20,000 records of 90 kB through a real broker on this machine, decoded and committed batch by
 * batch but not stored: alerts per second (joining the group included) and the process's peak memory.
 */
export const run = async () => {
  if (!isKafkaInstalled()) return { skipped: 'Kafka is not installed: run scripts/install-kafka.sh' };
  const broker = await startBroker();
  try {
    const messages = Array.from({ length: DIFFERENT }, (_, index) => ({
      key: fullSizeKey,
      value: fullSizePacket(index),
    }));
    const results: Record<string, unknown> = {};
    for (const codec of ['uncompressed', 'zstd']) {
      const topic = `bench_${codec}`;
      const count = codec === 'uncompressed' ? RECORDS : RECORDS / 10;
      await createTopic(broker.client, topic, { config: { 'compression.type': codec } });
      for (let sent = 0; sent < count; sent += DIFFERENT) await produce(broker.client, topic, messages);
      const script = join(import.meta.dirname, 'kafka', 'pull.ts');
      const { stdout } = await promisify(execFile)(process.execPath, [script, broker.address, topic]);
      results[codec] = JSON.parse(stdout);
    }
    return { ...results, bars: { perSecond: 1000, peakMemoryMb: 500 } };
  } finally {
    await broker.remove();
  }
};

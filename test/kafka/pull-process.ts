import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTopic } from '../../src/pipeline/ingest/kafka/read-topic.ts';

/*
 * A pull in a process of its own, to be killed: appends each batch's candids to a file ("the store") and then
 * calls `stored`. Arguments: broker, topic, file, milliseconds that storing a batch takes.
 */
const [, , broker, topic, file, storing] = process.argv;
if (broker === undefined || topic === undefined || file === undefined) throw new Error('broker, topic, file');

// Impatient: the broker keeps a killed member's place for many times as long, which is no reason to give up.
const source = await readTopic({ brokers: [broker], topic, groupId: 'finkvra', idleMs: 1000 });
for await (const batch of source.batches()) {
  const lines = batch.items.map((item) =>
    item.kind === 'alert' ? `${item.alert.candid}\n` : 'unreadable\n',
  );
  await sleep(Number(storing ?? 0));
  appendFileSync(file, lines.join(''));
  await batch.stored();
}

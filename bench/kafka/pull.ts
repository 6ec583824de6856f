import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readTopic } from '../../src/pipeline/ingest/kafka/read-topic.ts';

/*
 * A pull in a process of its own, so that its memory is measured and not its broker's or producer's.
 * Arguments: broker, topic. Prints one line of JSON.
 */
const [, , broker, topic] = process.argv;
if (broker === undefined || topic === undefined) throw new Error('broker and topic are needed');

const delay = monitorEventLoopDelay({ resolution: 1 });
const source = await readTopic({ brokers: [broker], topic, groupId: 'bench' });
delay.enable();
const started = performance.now();
let alerts = 0;
for await (const batch of source.batches()) {
  alerts += batch.items.filter((item) => item.kind === 'alert').length;
  await batch.stored();
}
const seconds = (performance.now() - started) / 1000;
delay.disable();
console.log(
  JSON.stringify({
    alerts,
    perSecond: Math.round(alerts / seconds),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    eventLoopDelayMs: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
  }),
);

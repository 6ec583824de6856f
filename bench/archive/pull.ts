import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPullArchive } from '../../src/loop/intake/archive-pulls.ts';
import { pullAlerts } from '../../src/loop/intake/pull.ts';
import type { Alert } from '../../src/pipeline/alert.ts';
import { createPacketDecoder } from '../../src/pipeline/ingest/decode-packet.ts';
import type { AlertSource } from '../../src/pipeline/ingest/source.ts';
import { openStore } from '../../src/store/open-store.ts';
import { candidOf } from '../../test/pipeline/ingest/packets.ts';
import { sharedPath } from '../../test/shared-data.ts';
import { placeOf } from './places.ts';

/**
 * A pull in its own process, to measure its memory. Arguments: folder, number of alerts, `archive` or `none`.
 * Prints one line of JSON.
 */
const [, , folder, wanted, kind] = process.argv;
if (folder === undefined || wanted === undefined) throw new Error('folder and number are needed');
const count = Number(wanted);
const BATCH = 64;

const key = readFileSync(sharedPath('alerts', 'kafka-key.json'));
const decoder = createPacketDecoder();
const real = Array.from({ length: 10 }, (_, i) =>
  decoder.decode(key, readFileSync(sharedPath('alerts', `kafka-value-${i}.avro-bin`))),
);

/** The ten real alerts, repeated with new candids; 1.6 per object, each object at its own position. */
const copyOf = (i: number): Alert => {
  const alert = real[i % real.length];
  if (alert === undefined) throw new Error('there are no packets');
  const object = Math.floor(i / 1.6);
  const objectId = `ZTF25${String(object).padStart(7, '0')}`;
  return { ...alert, candid: String(candidOf(i)), objectId, ...placeOf(object) };
};

const source: AlertSource = {
  total: count,
  async *batches() {
    for (let from = 0; from < count; from += BATCH) {
      const items = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => ({
        kind: 'alert' as const,
        alert: copyOf(from + i),
        origin: { name: 'bench', kind: 'file' as const },
      }));
      yield { items, stored: async () => {} };
    }
  },
};

const clock = (): Date => new Date();
const db = await openStore(join(folder, 'store.sqlite'));
const archive = kind === 'archive' ? createPullArchive(db, join(folder, 'archive'), clock) : undefined;
const started = performance.now();
const pulled = await pullAlerts({
  db,
  source,
  name: 'bench',
  filter: false,
  clock,
  ...(archive === undefined ? {} : { archive }),
});
const pullSeconds = (performance.now() - started) / 1000;
const file = await archive?.finish();
const seconds = (performance.now() - started) / 1000;
await db.destroy();
if (pulled.kept !== count || (file !== undefined && file?.alerts !== count))
  throw new Error('alerts are missing');
console.log(
  JSON.stringify({
    seconds: Number(seconds.toFixed(2)),
    afterThePull: Number((seconds - pullSeconds).toFixed(2)),
    perSecond: Math.round(count / seconds),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../test/helpers/service.ts';
import { avscType, candidOf, writeContainer } from '../test/pipeline/ingest/packets.ts';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';
import { placeOf } from './archive/places.ts';

export const name = 'archive';

const PACKETS = 4000;
const SIZES = [10_000, 100_000];
const runFile = promisify(execFile);
const script = (file: string): string => join(import.meta.dirname, 'archive', file);

interface Pulled {
  readonly seconds: number;
  readonly afterThePull: number;
  readonly perSecond: number;
  readonly peakMemoryMb: number;
}

const pullInMemory = async (count: number, kind: 'archive' | 'none'): Promise<Pulled> => {
  const folder = temporaryFolder();
  try {
    const args = [script('pull.ts'), folder.path, String(count), kind];
    const { stdout } = await runFile(process.execPath, args);
    return JSON.parse(stdout);
  } finally {
    folder.remove();
  }
};

/** The same pull with its archive and without it. */
const compare = async (count: number) => {
  const without = await pullInMemory(count, 'none');
  const archived = await pullInMemory(count, 'archive');
  const share = 1 - without.seconds / archived.seconds;
  return {
    without,
    archived,
    ratio: Number((archived.seconds / without.seconds).toFixed(3)),
    shareOfThePull: Number(share.toFixed(3)),
  };
};

/** The ten real packets, repeated with new candids, as one Avro container. */
const writePackets = async (path: string): Promise<void> => {
  const type = avscType(JSON.parse(readFileSync(sharedPath('alerts', 'kafka-key.json'), 'utf8')));
  const real = Array.from({ length: 10 }, (_, i) =>
    readFileSync(sharedPath('alerts', `kafka-value-${i}.avro-bin`)),
  );
  const packets = Array.from({ length: PACKETS }, (_, i) => {
    const packet = type.fromBuffer(real[i % real.length] ?? Buffer.alloc(0));
    packet.candid = candidOf(i);
    Object.assign(packet.candidate, placeOf(i));
    packet.objectId = `ZTF25${String(i).padStart(7, '0')}`;
    return packet;
  });
  await writeContainer(path, packets, { type });
};

/** `finkvra pull --from` as a complete process. */
const pullByCommand = async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'packets.avro');
    await writePackets(file);
    const env = { ...process.env, DATA_DIR: join(folder.path, 'data') };
    const started = performance.now();
    const args = [script('command.ts'), 'pull', '--no-filter', '--json', '--from', file];
    const { stdout, stderr } = await runFile(process.execPath, args, { env });
    const seconds = (performance.now() - started) / 1000;
    const { kept, archives }: { kept: number; archives: { alerts: number }[] } = JSON.parse(stdout);
    if (kept !== PACKETS || archives[0]?.alerts !== PACKETS) throw new Error(`${kept} were kept`);
    return {
      packets: PACKETS,
      seconds: Number(seconds.toFixed(2)),
      perSecond: Math.round(PACKETS / seconds),
      peakMemoryMb: Number(/peakMemoryMb (\d+)/.exec(stderr)?.[1]),
    };
  } finally {
    folder.remove();
  }
};

/**
 * What the archive of a pull costs: time beside the same pull without it, and memory; and the whole command on
 * packets of the real size. BENCH_ARCHIVE_ALERTS names another number of alerts than 10,000 and 100,000.
 */
export const run = async () => {
  if (!hasSharedData) return { skipped: 'no shared data' };
  const own = process.env.BENCH_ARCHIVE_ALERTS;
  const results: Record<string, unknown> = {};
  for (const count of own === undefined ? SIZES : [Number(own)])
    results[`${count} alerts`] = await compare(count);
  return {
    ...results,
    command: await pullByCommand(),
    bars: { shareOfThePull: 0.2, peakMemoryMb: 500, command: { perSecond: 2500, peakMemoryMb: 300 } },
  };
};

import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { readStamp, type Stamp } from '../../src/pictures/card/read-stamp.ts';
import { skyOf } from '../../src/pictures/card/stretch.ts';
import type { Alert } from '../../src/pipeline/alert.ts';
import { readPath } from '../../src/pipeline/ingest/read-path.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

const MIDDLE = 31;
const FILES = ['live-2025.parquet', 'simbad-2021.parquet'];

const alertsOf = async (path: string): Promise<readonly Alert[]> => {
  const alerts: Alert[] = [];
  for await (const batch of (await readPath([path])).batches()) {
    for (const item of batch.items) if (item.kind === 'alert') alerts.push(item.alert);
  }
  return alerts;
};

/** Mean of a square of `2 reach + 1` pixels above the sky, in sigma. */
const signal = ({ width, pixels }: Stamp, x: number, y: number, reach: number): number => {
  const sky = skyOf(pixels) ?? { level: 0, sigma: 1 };
  let sum = 0;
  for (let row = y - reach; row <= y + reach; row += 1) {
    for (let column = x - reach; column <= x + reach; column += 1)
      sum += (pixels[row * width + column] ?? 0) - sky.level;
  }
  return sum / (2 * reach + 1) ** 2 / sky.sigma;
};

const isWhole = (stamp: Stamp): boolean =>
  stamp.width === 63 && stamp.height === 63 && !stamp.pixels.some(Number.isNaN);

/** What the pictures say about ZTF's stamps beyond what the packet says, held against real packets. */
describe.skipIf(!hasSharedData)(`ZTF's stamps${sharedNote}`, () => {
  it('have north at their first row and east at their first column', async () => {
    /** Signal at the place of the template's nearest source, for each way the stamp could be turned. */
    const signals = { 'N up, E left': 0, 'N up, E right': 0, 'N down, E left': 0, 'N down, E right': 0 };
    let used = 0;
    for (const file of FILES) {
      const candidate = pl.readParquet(sharedPath('alerts', file)).getColumn('candidate');
      const numbers = (name: string): readonly unknown[] => [...candidate.struct.field(name)];
      const [ras, decs, distances] = [numbers('ranr'), numbers('decnr'), numbers('distnr')];
      for (const [i, { ra, dec, stamps }] of (await alertsOf(sharedPath('alerts', file))).entries()) {
        const distance = Number(distances[i] ?? 0);
        if (distance < 2.5 || distance > 28 || stamps.template === null) continue;
        const template = readStamp(stamps.template);
        if (!isWhole(template)) continue;
        const east = Math.round(((Number(ras[i]) - ra) * Math.cos((dec * Math.PI) / 180) * 3600) / 1.01);
        const north = Math.round(((Number(decs[i]) - dec) * 3600) / 1.01);
        used += 1;
        const add = (way: keyof typeof signals, dx: number, dy: number): void => {
          // No more than 20 sigma, so that one bright star does not decide.
          signals[way] += Math.min(20, signal(template, MIDDLE + dx, MIDDLE + dy, 1));
        };
        add('N up, E left', -east, -north);
        add('N up, E right', east, -north);
        add('N down, E left', -east, north);
        add('N down, E right', east, north);
      }
    }
    expect(used).toBeGreaterThan(5);
    const { 'N up, E left': right, ...wrong } = signals;
    for (const other of Object.values(wrong)) expect(right).toBeGreaterThan(1.5 * other);
  });

  it('show science minus template, but template minus science of negative subtractions', async () => {
    const counts = { positive: 0, negative: 0, turned: 0, straight: 0 };
    for (const alert of await alertsOf(sharedPath('alerts'))) {
      const { science, template, difference } = alert.stamps;
      if (science === null || template === null || difference === null) continue;
      const [s, t, d] = [readStamp(science), readStamp(template), readStamp(difference)];
      if (!isWhole(s)) continue;
      const noise = (skyOf(t.pixels)?.sigma ?? 1) / (skyOf(s.pixels)?.sigma ?? 1);
      const change = signal(s, MIDDLE, MIDDLE, 3) - signal(t, MIDDLE, MIDDLE, 3) * noise;
      const opposite = Math.sign(change) !== Math.sign(signal(d, MIDDLE, MIDDLE, 3));
      if (alert.epochs[0]?.isdiffpos === 't') {
        counts.positive += 1;
        if (!opposite) counts.straight += 1;
      } else {
        counts.negative += 1;
        if (opposite) counts.turned += 1;
      }
    }
    expect(counts.positive).toBeGreaterThan(30);
    expect(counts.negative).toBeGreaterThan(30);
    expect(counts.straight / counts.positive).toBeGreaterThan(0.95);
    expect(counts.turned / counts.negative).toBeGreaterThan(0.95);
  });
});

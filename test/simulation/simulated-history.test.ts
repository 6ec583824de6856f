import { expect, test } from 'vitest';
import type { Alert, HistoryPoint } from '../../src/pipeline/alert.ts';
import { simulatedHistory } from '../../src/simulation/simulated-history.ts';
import {
  DEFAULT_SIMULATION_NIGHT,
  simulatedSource,
  simulatedTruth,
} from '../../src/simulation/simulated-night.ts';

const SEED = 1;
const YEAR = 365.25;

const alerts: Alert[] = [];
for await (const { items } of simulatedSource({
  seed: SEED,
  night: DEFAULT_SIMULATION_NIGHT,
  size: 150,
}).batches())
  for (const item of items) if (item.kind === 'alert') alerts.push(item.alert);

const isSeen = ({ magpsf }: HistoryPoint): boolean => magpsf !== null;
const ofClass = (name: string): { alert: Alert; seen: HistoryPoint[]; all: HistoryPoint[] }[] =>
  alerts
    .filter(({ objectId }) => simulatedTruth(objectId, SEED)?.sourceClass === name)
    .map((alert) => {
      const all = simulatedHistory(alert, SEED);
      return { alert, all, seen: all.filter(isSeen) };
    });

test.each(['AGN', 'RR Lyrae', 'young star', 'eclipsing binary'])(
  'most of class %s have years of detections',
  (name) => {
    const objects = ofClass(name);
    const years = objects.filter(({ alert, seen }) => (seen[0]?.jd ?? alert.jd) < alert.jd - 2 * YEAR);
    expect(objects.length).toBeGreaterThan(3);
    expect(years.length).toBeGreaterThan(objects.length / 2);
  },
);

test.each(['SN Ia', 'SN II', 'TDE'])(
  'none of class %s was seen a year before, and its place was looked at',
  (name) => {
    for (const { alert, all, seen } of ofClass(name)) {
      expect(seen.every(({ jd }) => jd > alert.jd - YEAR)).toBe(true);
      expect(all.filter(({ jd }) => jd < alert.jd - YEAR).length).toBeGreaterThan(50);
    }
  },
);

test('ends with the packet’s own epochs, and begins no earlier than the packet says', () => {
  for (const alert of alerts.slice(0, 40)) {
    const history = simulatedHistory(alert, SEED);
    for (const epoch of alert.epochs) {
      const same = history.find(({ jd, fid }) => Math.abs(jd - epoch.jd) < 1e-6 && fid === epoch.fid);
      expect(same?.magpsf).toEqual(epoch.magpsf);
    }
    expect(history.find(isSeen)?.jd ?? alert.jd).toBeGreaterThanOrEqual(
      (alert.context.jdstarthist ?? 0) - 1e-6,
    );
    expect(history.at(-1)?.jd).toBeCloseTo(alert.jd, 6);
  }
});

test('of a real object, or of another simulation, there is none', () => {
  const [alert] = alerts;
  if (alert === undefined) throw new Error('no alert');
  expect(simulatedHistory({ ...alert, objectId: 'ZTF25aapafwq' }, SEED)).toEqual([]);
  expect(simulatedHistory(alert, SEED + 1)).toEqual([]);
});

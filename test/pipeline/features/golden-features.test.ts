import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert, BandFeatures } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import type { FeatureName } from '../../../src/pipeline/features/feature-table.ts';
import { lightCurve } from '../../../src/pipeline/features/light-curve.ts';
import { lightCurveFeatures } from '../../../src/pipeline/features/light-curve-features.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import { realAlerts } from './real-alerts.ts';

const FEATURES = [
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
] as const;
/** An alert of 2019: distnr is below 1.5 pixels, yet the stored values are of the difference's magnitudes. */
const BEFORE_APPARENT_MAGNITUDES = '975188145315015000';
/**
 * Three points within twelve minutes: exact rational arithmetic gives -19.95685404949937 mag/day for them,
 * Fink stores -19.95737817 (of a slope_sigma of 32).
 */
const LOST_DIGITS = '3086486331615015009 r linear_fit_slope';

const tolerance = (value: number): number => 1e-6 * Math.abs(value) + 5e-8;

function expectClose(actual: number | null, expected: number | null, what: string): void {
  if (expected === null || actual === null) expect(actual, what).toBe(expected);
  else
    expect(Math.abs(actual - expected), `${what}: ${actual} against ${expected}`).toBeLessThan(
      tolerance(expected),
    );
}

const band = z.record(z.enum(FEATURES), z.number().nullable());
const golden = z.array(
  z.object({
    candid: z.string(),
    objectId: z.string(),
    ra: z.number(),
    dec: z.number(),
    drb: z.number(),
    ndets: z.number(),
    nnondets: z.number(),
    dets_median: z.number(),
    dets_std: z.number(),
    dc_mag_used: z.boolean(),
    stored_g: band,
    stored_r: band,
    recomputed_g: band,
    recomputed_r: band,
    n_points: z.object({ 1: z.number(), 2: z.number() }),
  }),
);

describe.skipIf(!hasSharedData)(`the ten packets with known features${sharedNote}`, () => {
  const expected = hasSharedData
    ? golden.parse(JSON.parse(readFileSync(sharedPath('alerts', 'kafka-golden-features.json'), 'utf8')))
    : [];
  let alerts: ReadonlyMap<string, Alert> = new Map();
  beforeAll(async () => {
    const names = Array.from({ length: 10 }, (_, i) => `kafka-value-${i}.avro-bin`);
    const read = (await Promise.all(names.map(realAlerts))).flat();
    alerts = new Map(read.map((alert) => [alert.candid, alert]));
  });

  it.each(expected)('$candid: computed from the photometry', (row) => {
    const alert = alertOf(alerts, row.candid);
    const curve = lightCurve(alert.epochs);
    expect(curve.apparent).toBe(row.dc_mag_used);
    expect([curve.g.t.length, curve.r.t.length]).toEqual([row.n_points[1], row.n_points[2]]);
    const { g, r } = lightCurveFeatures(alert.epochs);
    for (const name of FEATURES) {
      expectClose(g[name], row.recomputed_g[name], `g ${name}`);
      expectClose(r[name], row.recomputed_r[name], `r ${name}`);
    }
  });

  it.each(expected)('$candid: all 21, the packet’s own ones first', (row) => {
    const features = alertFeatures(alertOf(alerts, row.candid), { sepArcsec: 0.5, ebv: 0.03 });
    for (const name of ['ra', 'dec', 'drb', 'ndets', 'nnondets', 'dets_median', 'dets_std'] as const) {
      expectClose(features[name], row[name], name);
    }
    const suffixed = (name: (typeof FEATURES)[number]): FeatureName => `${name}r_`;
    for (const name of FEATURES) {
      expectClose(features[name], row.stored_g[name], name);
      expectClose(features[suffixed(name)], row.stored_r[name], suffixed(name));
    }
    expect([features.sep_arcsec, features.ebv]).toEqual([0.5, 0.03]);
  });
});

describe.skipIf(!hasSharedData)(`every real alert that stores features${sharedNote}`, () => {
  it.each([
    ['kafka-value-0.avro-bin', 1, 9],
    ['labelled.avro', 112, 1104],
    ['transfer', 30, 222],
    ['live-2025.parquet', 9, 60],
  ])('has them reproduced from its photometry: %s', async (name, alerts, values) => {
    const counted = { alerts: 0, values: 0 };
    for (const { candid, epochs, storedFeatures } of await realAlerts(name)) {
      if (candid === BEFORE_APPARENT_MAGNITUDES) continue;
      const computed = lightCurveFeatures(epochs);
      const stored = [
        ...bandValues(storedFeatures.g, computed.g).map((value) => ({ band: 'g', ...value })),
        ...bandValues(storedFeatures.r, computed.r).map((value) => ({ band: 'r', ...value })),
      ];
      for (const { band, feature, was, is } of stored) {
        const value = `${candid} ${band} ${feature}`;
        if (value !== LOST_DIGITS) expectClose(is, was, value);
      }
      if (stored.length > 0) counted.alerts++;
      counted.values += stored.filter(({ was }) => was !== null).length;
    }
    expect(counted).toEqual({ alerts, values });
  });
});

function alertOf(alerts: ReadonlyMap<string, Alert>, candid: string): Alert {
  const alert = alerts.get(candid);
  if (alert === undefined) throw new Error(`no packet with candid ${candid}`);
  return alert;
}

/** A band's stored and computed features, none where it stores nothing; null is too few points. */
const bandValues = (stored: BandFeatures | null, computed: BandFeatures) =>
  stored === null
    ? []
    : FEATURES.map((feature) => ({ feature, was: stored[feature], is: computed[feature] }));

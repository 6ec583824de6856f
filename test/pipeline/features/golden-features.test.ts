import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert, BandFeatures } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import type { FeatureName } from '../../../src/pipeline/features/feature-names.ts';
import { lightCurve } from '../../../src/pipeline/features/light-curve.ts';
import { lightCurveFeatures } from '../../../src/pipeline/features/light-curve-features.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import { containerAlerts, kafkaAlerts } from './real-packets.ts';

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
  const alerts = new Map(hasSharedData ? kafkaAlerts().map((alert) => [alert.candid, alert] as const) : []);

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
  it('has them reproduced from its photometry', async () => {
    const alerts = [
      ...kafkaAlerts(),
      ...(await containerAlerts(sharedPath('alerts', 'labelled.avro'))),
      ...(await containerAlerts(sharedPath('alerts', 'transfer', '2026-03-22.avro'))),
    ];
    let values = 0;
    const withFeatures = new Set<string>();
    for (const { candid, epochs, storedFeatures } of alerts) {
      if (candid === BEFORE_APPARENT_MAGNITUDES) continue;
      const computed = lightCurveFeatures(epochs);
      for (const fid of ['g', 'r'] as const) {
        for (const [name, value] of storedValues(storedFeatures[fid])) {
          expectClose(computed[fid][name], value, `${candid} ${fid} ${name}`);
          if (value !== null) values++;
          withFeatures.add(candid);
        }
      }
    }
    expect({ values, alerts: withFeatures.size }).toEqual({ values: 1383, alerts: 149 });
  });
});

function alertOf(alerts: ReadonlyMap<string, Alert>, candid: string): Alert {
  const alert = alerts.get(candid);
  if (alert === undefined) throw new Error(`no packet with candid ${candid}`);
  return alert;
}

/** The values a packet stores for a band, none where it stores only nulls; NaN is a feature with too few points. */
function storedValues(stored: BandFeatures | null): [(typeof FEATURES)[number], number | null][] {
  if (stored === null || FEATURES.every((name) => stored[name] === null)) return [];
  return FEATURES.map((name) => [name, Number.isNaN(stored[name]) ? null : stored[name]]);
}

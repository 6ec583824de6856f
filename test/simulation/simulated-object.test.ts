import { describe, expect, it } from 'vitest';
import { classOfLabel } from '../../src/pipeline/learning/label-maps.ts';
import { measurementsUntil } from '../../src/simulation/measurements.ts';
import {
  nightOfDate,
  simulatedIdentity,
  simulatedObjectId,
} from '../../src/simulation/simulated-identity.ts';
import { isAlert, simulatedObject } from '../../src/simulation/simulated-object.ts';
import { kindOf, SOURCE_CLASSES } from '../../src/simulation/source-classes.ts';

const NIGHT = 3612;
const objects = Array.from({ length: 1500 }, (_, index) => simulatedObject(7, { night: NIGHT, index }));

it('is of every class, 45 % galactic, one in eight kept out by the filter', () => {
  const names = new Set(objects.map(({ sourceClass }) => sourceClass.name));
  expect([...names].sort()).toEqual([...SOURCE_CLASSES.map(({ name }) => name), 'asteroid'].sort());
  const galactic =
    objects.filter(({ sourceClass }) => classOfLabel('galactic', sourceClass.label) === 1).length /
    objects.length;
  expect(galactic).toBeGreaterThan(0.4);
  expect(galactic).toBeLessThan(0.5);
  const flawed = objects.filter(({ flaw }) => flaw !== null).length / objects.length;
  expect(flawed).toBeGreaterThan(0.1);
  expect(flawed).toBeLessThan(0.16);
});

it('alerts in its own night', () => {
  const seen = objects.filter((object) =>
    measurementsUntil(object, NIGHT).some(
      (measurement) => measurement.visit.jd > NIGHT + 2_457_754.5 && isAlert(measurement, object.flaw),
    ),
  );
  expect(seen.length).toBe(objects.length);
});

it('is somewhere in the northern sky, galactic ones nearer the plane but not only there', () => {
  expect(objects.every(({ dec, ra }) => dec > -30 && dec <= 90 && ra >= 0 && ra < 360)).toBe(true);
  const latitudes = (y: 0 | 1) =>
    objects
      .filter(({ sourceClass }) => classOfLabel('galactic', sourceClass.label) === y)
      .map(({ b }) => Math.abs(b));
  const below = (values: number[], limit: number) => values.filter((b) => b < limit).length / values.length;
  expect(below(latitudes(1), 15)).toBeGreaterThan(0.4);
  expect(below(latitudes(1), 30)).toBeLessThan(0.9);
  expect(below(latitudes(0), 15)).toBeGreaterThan(0.03);
  expect(below(latitudes(0), 15)).toBeLessThan(0.25);
});

describe('its light curve', () => {
  it('is the same whenever it is looked at', () => {
    for (const { identity } of objects.slice(0, 40)) {
      const early = measurementsUntil(simulatedObject(7, identity), NIGHT);
      const late = measurementsUntil(simulatedObject(7, identity), NIGHT + 3);
      const shared = late.filter(({ visit }) => visit.jd < NIGHT + 2_457_755.5);
      expect(shared).toEqual(early.slice(early.length - shared.length));
    }
  });

  it('has a magnitude below the limit and an error that grows with faintness', () => {
    const detections = objects
      .slice(0, 300)
      .flatMap((object) =>
        measurementsUntil(object, NIGHT).flatMap(({ visit, detection }) =>
          detection ? [{ visit, ...detection }] : [],
        ),
      );
    expect(detections.length).toBeGreaterThan(2000);
    for (const { visit, magpsf, sigmapsf } of detections) {
      expect(magpsf).toBeLessThan(visit.diffmaglim + 1e-6);
      expect(sigmapsf).toBeLessThan(0.23);
    }
    const meanSigma = (from: number, to: number) => {
      const some = detections.filter(({ magpsf }) => magpsf >= from && magpsf < to);
      return some.reduce((sum, { sigmapsf }) => sum + sigmapsf, 0) / some.length;
    };
    expect(meanSigma(20, 21)).toBeGreaterThan(1.5 * meanSigma(18.5, 19.5));
  });

  it('has some 20 exposures in 30 days, in g and r, with upper limits among them', () => {
    const curves = objects.slice(0, 300).map((object) => measurementsUntil(object, NIGHT));
    const exposures = curves.reduce((sum, curve) => sum + curve.length, 0) / curves.length;
    expect(exposures).toBeGreaterThan(12);
    expect(exposures).toBeLessThan(40);
    const all = curves.flat();
    const part = (is: (m: (typeof all)[number]) => boolean) => all.filter(is).length / all.length;
    expect(Math.abs(part(({ visit }) => visit.band === 1) - 0.5)).toBeLessThan(0.05);
    expect(part(({ detection }) => detection === null)).toBeGreaterThan(0.2);
    expect(part(({ detection }) => detection === null)).toBeLessThan(0.7);
  });
});

it('is another object with another seed', () => {
  const classes = (seed: number) =>
    Array.from({ length: 50 }, (_, index) => kindOf(seed, { night: NIGHT, index }));
  expect(classes(1)).not.toEqual(classes(2));
});

it('spells night and number like a ZTF name that begins with SIM, and is read back', () => {
  const night = nightOfDate(new Date('2026-11-22T05:00:00Z'));
  for (const index of [0, 1, 299, 65_535]) {
    const objectId = simulatedObjectId({ night, index });
    expect(objectId).toMatch(/^SIM26[a-z]{7}$/);
    expect(simulatedIdentity(objectId)).toEqual({ night, index });
  }
});

it.each(['ZTF25aapafwq', 'SIM26', 'SIM25atsvxoq', 'SIM26ATSVXOQ', 'SIM26atsvxoqo', ''])(
  'is not in %j',
  (text) => {
    expect(simulatedIdentity(text)).toBeNull();
  },
);

import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { measurementsUntil } from '../../src/simulation/measurements.ts';
import { isAlert, simulatedObject } from '../../src/simulation/simulated-object.ts';
import { simulatedStamps } from '../../src/simulation/simulated-stamps.ts';
import type { SimulatedObject } from '../../src/simulation/source-classes.ts';

const NIGHT = 3612;
const SIZE = 63;
const BLOCK = 2880;
const objects = Array.from({ length: 80 }, (_, index) => simulatedObject(3, { night: NIGHT, index }));

function alertOf(object: SimulatedObject) {
  const current = measurementsUntil(object, NIGHT).findLast((measurement) =>
    isAlert(measurement, object.flaw),
  );
  if (current === undefined) throw new Error(`${object.objectId} makes no alert`);
  return current;
}

function pixelsOf(stamp: Buffer): number[] {
  const file = gunzipSync(stamp);
  return Array.from({ length: SIZE * SIZE }, (_, k) => file.readFloatBE(BLOCK + 4 * k));
}

/** Sum within 3 pixels of the middle, over that of the noise in as many pixels. */
function significance(pixels: readonly number[]): number {
  const known = pixels.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (part: number) => known[Math.floor(part * known.length)] ?? Number.NaN;
  const [median, sigma] = [at(0.5), (at(0.84) - at(0.16)) / 2];
  let sum = 0;
  let count = 0;
  for (const [k, value] of pixels.entries()) {
    if (Math.hypot((k % SIZE) - 31, Math.floor(k / SIZE) - 31) > 2) continue;
    sum += value - median;
    count++;
  }
  return sum / (sigma * Math.sqrt(count));
}

it('are gzipped FITS files of 63 x 63 big-endian floats with the survey’s odd first card', () => {
  const [object] = objects;
  if (object === undefined) throw new Error('no object');
  const stamps = simulatedStamps(object, alertOf(object));
  for (const stamp of Object.values(stamps)) {
    const file = gunzipSync(stamp);
    expect(file.length).toBe(7 * BLOCK);
    const cards = file
      .toString('latin1', 0, BLOCK)
      .match(/.{80}/g)
      ?.map((card) => card.trimEnd());
    expect(cards?.slice(0, 7)).toEqual([
      'SIMPLE  =  T',
      'BITPIX  =                  -32',
      'NAXIS   =                    2',
      'NAXIS1  =                   63',
      'NAXIS2  =                   63',
      "BUNIT   = 'DN      '",
      'END',
    ]);
  }
});

describe('show', () => {
  const isClean = ({ flaw }: SimulatedObject) => flaw === null;
  it('the change in the middle of the difference, positive or negative', () => {
    let right = 0;
    const clean = objects.filter(isClean);
    for (const object of clean) {
      const current = alertOf(object);
      const snr = significance(pixelsOf(simulatedStamps(object, current).difference));
      if (current.detection?.positive ? snr > 2 : snr < -2) right++;
    }
    expect(right / clean.length).toBeGreaterThan(0.9);
  });

  it('a variable star on the template, and nothing there where no host is visible', () => {
    const isVariable = ({ sourceClass }: SimulatedObject) => sourceClass.name === 'RR Lyrae';
    for (const object of objects.filter(isVariable)) {
      expect(significance(pixelsOf(simulatedStamps(object, alertOf(object)).template))).toBeGreaterThan(10);
    }
    const orphans = objects.filter(
      ({ source, neighbour }) => source.counterpart === null && neighbour.offset > 12,
    );
    expect(orphans.length).toBeGreaterThan(2);
    for (const object of orphans) {
      expect(
        Math.abs(significance(pixelsOf(simulatedStamps(object, alertOf(object)).template))),
      ).toBeLessThan(6);
    }
  });

  it('nothing beyond the camera’s edge in some', () => {
    const cut = objects.filter((object) =>
      pixelsOf(simulatedStamps(object, alertOf(object)).science).some(Number.isNaN),
    );
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.length).toBeLessThan(objects.length / 5);
  });
});

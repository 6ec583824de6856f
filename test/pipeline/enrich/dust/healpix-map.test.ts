import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pixelCount, ringPixel, ringPixelCentre } from '../../../../src/pipeline/enrich/dust/healpix.ts';
import { openHealpixMap } from '../../../../src/pipeline/enrich/dust/healpix-map.ts';
import { galacticFromIcrs } from '../../../../src/pipeline/enrich/galactic-coordinates.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { writeHealpixFile } from './dust-fixtures.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'healpix-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('HEALPix pixels in RING order', () => {
  it('are the ones of the definition for nside 1 and 2', () => {
    // Four around each pole, four on the equator beginning at longitude 0 (Gorski et al. 2005, figure 4).
    expect([45, 135, 225, 315].map((lon) => ringPixel(1, lon, 80))).toEqual([0, 1, 2, 3]);
    expect([0, 90, 180, 270].map((lon) => ringPixel(1, lon, 0))).toEqual([4, 5, 6, 7]);
    expect([45, 135, 225, 315].map((lon) => ringPixel(1, lon, -80))).toEqual([8, 9, 10, 11]);
    // nside 2: rings of 4, 8, 8, 8, 8, 8, 4 pixels; the equatorial one begins at a boundary.
    expect(ringPixel(2, 0.1, 0)).toBe(20);
    expect(ringPixel(2, 359.9, 0)).toBe(27);
    expect(ringPixel(2, 22.5, 41.8)).toBe(4);
    expect(ringPixel(2, 359, -89)).toBe(47);
  });

  it("are healpy's: the example of its documentation for nside 16", () => {
    expect([ringPixel(16, 45, 45), ringPixel(16, 0, 90), ringPixel(16, 0, -90)]).toEqual([427, 0, 3068]);
  });

  it.each([1, 2, 3, 16, 64])('hold their own centres, nside %i', (nside) => {
    for (let pixel = 0; pixel < pixelCount(nside); pixel += 1) {
      const { lon, lat } = ringPixelCentre(nside, pixel);
      if (ringPixel(nside, lon, lat) !== pixel) expect.fail(`centre of pixel ${pixel} (${lon}, ${lat})`);
    }
  });

  it('have equal areas: a uniform sky falls evenly on them', () => {
    const nside = 4;
    const counts = new Int32Array(pixelCount(nside));
    const points = 400_000;
    for (let point = 0; point < points; point += 1) {
      // A Fibonacci lattice covers the sphere evenly.
      const lat = (Math.asin((2 * point + 1) / points - 1) * 180) / Math.PI;
      const pixel = ringPixel(nside, (point * 137.50776405003785) % 360, lat);
      counts[pixel] = (counts[pixel] ?? 0) + 1;
    }
    const expected = points / pixelCount(nside);
    expect(Math.min(...counts) / expected).toBeGreaterThan(0.98);
    expect(Math.max(...counts) / expected).toBeLessThan(1.02);
  });

  it('exist for every direction, poles and seams included', () => {
    const lats = [-90, -89.9999999, -41.8103148957786, 0, 41.8103148957786, 89.9999999, 90];
    for (const nside of [1, 7, 64, 1024]) {
      for (const lat of lats) {
        for (let lon = -360; lon <= 720; lon += 22.5) {
          const pixel = ringPixel(nside, lon, lat);
          expect(Number.isInteger(pixel) && pixel >= 0 && pixel < pixelCount(nside)).toBe(true);
        }
      }
    }
  });
});

describe('a HEALPix map', () => {
  it.each([
    { nside: 4, perRow: 1, type: 'E' as const },
    { nside: 32, perRow: 1024, type: 'E' as const },
    { nside: 16, perRow: 1024, type: 'D' as const },
  ])('is read whatever the shape of its table: $nside $perRow $type', ({ nside, perRow, type }) => {
    const path = join(folder, `${nside}-${type}.fits`);
    writeHealpixFile(path, { nside, perRow, type, coordsys: 'G', values: (pixel) => pixel / 8 });
    const map = openHealpixMap(path);
    for (let pixel = 0; pixel < pixelCount(nside); pixel += 13) {
      const { lon, lat } = ringPixelCentre(nside, pixel);
      expect(map.valueAt({ l: lon, b: lat })).toBe(pixel / 8);
    }
    map.close();
  });

  it('has nothing where it was not measured, or for no direction', () => {
    const path = join(folder, 'unseen.fits');
    writeHealpixFile(path, { nside: 1, values: (pixel) => (pixel === 4 ? -1.6375e30 : 1) });
    const map = openHealpixMap(path);
    expect(map.valueAt({ l: 0, b: 0 })).toBeNull();
    expect(map.valueAt({ l: 90, b: 0 })).toBe(1);
    expect(map.valueAt({ l: Number.NaN, b: 0 })).toBeNull();
    map.close();
  });

  it('says why it cannot be used', () => {
    const path = join(folder, 'odd.fits');
    const values = () => 0;
    writeHealpixFile(path, { nside: 2, ordering: 'NESTED', values });
    expect(() => openHealpixMap(path)).toThrow(/NESTED order; only RING/);
    writeHealpixFile(path, { nside: 2, coordsys: 'C', values });
    expect(() => openHealpixMap(path)).toThrow(/only Galactic/);
    writeHealpixFile(path, { nside: 64, values });
    writeFileSync(path, readFileSync(path).subarray(0, 50_000));
    expect(() => openHealpixMap(path)).toThrow(/cut short/);
  });
});

describe.skipIf(!hasSharedData)(`the real coarse map of E(B-V)${sharedNote}`, () => {
  const path = sharedPath('dust', 'dust_ebv_SFD_healpix_lowres.fits');
  const headerBytes = 2 * 2880;

  it('gives every one of its 49,152 pixels as a direct read of the file does', () => {
    const map = openHealpixMap(path);
    const bytes = readFileSync(path);
    for (let pixel = 0; pixel < pixelCount(64); pixel += 1) {
      const { lon, lat } = ringPixelCentre(64, pixel);
      const direct = bytes.readFloatBE(headerBytes + pixel * 4);
      if (map.valueAt({ l: lon, b: lat }) !== direct) expect.fail(`pixel ${pixel}`);
    }
    map.close();
  });

  it('is near the true value for most of 1,996 positions of the sky', () => {
    const map = openHealpixMap(path);
    const rows = readFileSync(sharedPath('dust', 'atlas_radec_ebv_sfd_vectors.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    expect(rows).toHaveLength(1996);
    const truth = rows.map((row) => row[3] ?? Number.NaN);
    const coarse = rows.map(
      ([, ra = Number.NaN, dec = Number.NaN]) => map.valueAt(galacticFromIcrs(ra, dec)) ?? Number.NaN,
    );
    const errors = coarse.map((value, row) => Math.abs(value / (truth[row] ?? Number.NaN) - 1));
    const sorted = errors.toSorted((a, b) => a - b);
    // A wrong pixel, order or frame puts the median above 50 %.
    expect(sorted[998]).toBeLessThan(0.1);
    expect(sorted[Math.floor(1996 * 0.9)]).toBeLessThan(0.3);
    const logs = [truth, coarse].map((values) => values.map(Math.log));
    expect(correlation(logs[0] ?? [], logs[1] ?? [])).toBeGreaterThan(0.97);
    map.close();
  });
});

const correlation = (x: readonly number[], y: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const products = x.map((v, i) => (v - mx) * ((y[i] ?? Number.NaN) - my));
  const spread = (values: readonly number[], m: number): number =>
    Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0));
  return products.reduce((sum, v) => sum + v, 0) / (spread(x, mx) * spread(y, my));
};

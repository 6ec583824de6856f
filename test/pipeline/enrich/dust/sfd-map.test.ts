import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSfdMap } from '../../../../src/pipeline/enrich/dust/sfd-map.ts';
import { galacticFromIcrs } from '../../../../src/pipeline/enrich/galactic-coordinates.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { writeSfdFile } from './dust-fixtures.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sfd-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an SFD map', () => {
  it('is read at the pole, between its four central pixels', () => {
    const path = join(folder, 'pole.fits');
    writeSfdFile(path, {
      pole: 1,
      pixels: [
        [2047, 2047, 0.1],
        [2048, 2047, 0.2],
        [2047, 2048, 0.3],
        [2048, 2048, 0.4],
      ],
    });
    const map = openSfdMap(path);
    expect(map.ebv({ l: 12, b: 90 })).toBeCloseTo(0.25, 7);
    map.close();
  });

  it('weighs the four pixels by how near they are, and turns the right way round', () => {
    const path = join(folder, 'weights.fits');
    // l = 90 is towards smaller y in the north: y = 2047.5 - 2048 sqrt(1 - sin b).
    const row = Math.floor(2047.5 - 2048 * Math.sqrt(1 - Math.sin(Math.PI / 4)));
    const fraction = 2047.5 - 2048 * Math.sqrt(1 - Math.sin(Math.PI / 4)) - row;
    writeSfdFile(path, {
      pole: 1,
      pixels: [
        [2047, row, 1],
        [2048, row, 1],
        [2047, row + 1, 2],
        [2048, row + 1, 2],
      ],
    });
    const map = openSfdMap(path);
    expect(map.ebv({ l: 90, b: 45 })).toBeCloseTo(1 + fraction, 6);
    expect(map.ebv({ l: 270, b: 45 })).toBe(0);
    map.close();
  });

  it('has l = 90 on the other side in the south', () => {
    const path = join(folder, 'south.fits');
    const row = Math.floor(2047.5 + 2048 * Math.sqrt(1 - Math.sin(Math.PI / 4)));
    const pixels = [2047, 2048].flatMap((x) => [row, row + 1].map((y) => [x, y, 5] as const));
    writeSfdFile(path, { pole: -1, pixels });
    const map = openSfdMap(path);
    expect(map.ebv({ l: 90, b: -45 })).toBeCloseTo(5, 6);
    expect(map.ebv({ l: 90, b: -44 })).toBe(0);
    map.close();
  });

  it('has a value everywhere up to the Galactic equator', () => {
    const path = join(folder, 'rim.fits');
    writeSfdFile(path, { pole: 1 });
    const map = openSfdMap(path);
    for (let l = 0; l < 360; l += 0.25) expect(map.ebv({ l, b: 0 })).toBe(0);
    map.close();
  });

  it('stays on the disk: a thousand lookups take no megabyte of its 67', () => {
    const path = join(folder, 'disk.fits');
    writeSfdFile(path, { pole: 1 });
    const before = process.memoryUsage().arrayBuffers;
    const map = openSfdMap(path);
    for (let i = 0; i < 1000; i += 1) map.ebv({ l: (i * 137.5) % 360, b: (i % 90) + 0.5 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    map.close();
  });

  it('has none for a direction that is not one', () => {
    const path = join(folder, 'none.fits');
    writeSfdFile(path, { pole: 1 });
    const map = openSfdMap(path);
    expect(map.ebv({ l: Number.NaN, b: 10 })).toBeNull();
    map.close();
  });

  it('says why a file is none', () => {
    const html = join(folder, 'page.fits');
    writeFileSync(html, '<!DOCTYPE html><html>Sign in</html>');
    expect(() => openSfdMap(html)).toThrow('page.fits is not a FITS file');
    const short = join(folder, 'short.fits');
    writeSfdFile(short, { pole: 1, side: 64 });
    writeFileSync(short, readFileSync(short).subarray(0, 9000));
    expect(() => openSfdMap(short)).toThrow(/short.fits is cut short: 9000 bytes of/);
    writeFileSync(short, readFileSync(short).subarray(0, 100));
    expect(() => openSfdMap(short)).toThrow(/ends within its FITS header/);
  });
});

describe.skipIf(!hasSharedData)(`the real piece of the north map${sharedNote}`, () => {
  const cutout = sharedPath('dust', 'SFD_dust_4096_ngp_cutout.fits');

  it('gives the true values to 1e-6 at the positions that lie in it', () => {
    const map = openSfdMap(cutout);
    const inside = readFileSync(sharedPath('dust', 'atlas_radec_ebv_sfd_vectors.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number))
      .flatMap(([, ra = Number.NaN, dec = Number.NaN, ebv = Number.NaN, b = Number.NaN]) => {
        const direction = galacticFromIcrs(ra, dec);
        expect(direction.b).toBeCloseTo(b, 9);
        const value = direction.b >= 0 ? map.ebv(direction) : null;
        return value === null ? [] : [value - ebv];
      });
    expect(inside).toHaveLength(2);
    for (const difference of inside) expect(Math.abs(difference)).toBeLessThan(1e-6);
    map.close();
  });

  it("agrees with NED's calculator as closely as its rounded answer allows", () => {
    // NED gives A_V to 0.001 mag (0.212 and 0.148); E(B-V) = A_V / 2.742 is good to 0.0005 / 2.742.
    const map = openSfdMap(cutout);
    const tolerance = 0.0005 / 2.742;
    for (const [ra, dec, extinction] of [
      [204.1747, -29.960283, 0.212],
      [205.40142, -33.098216, 0.148],
    ] as const) {
      const ebv = map.ebv(galacticFromIcrs(ra, dec)) ?? Number.NaN;
      expect(Math.abs(ebv - extinction / 2.742)).toBeLessThan(tolerance);
    }
    map.close();
  });

  it('interpolates its own pixels exactly, wherever its shifted CRPIX puts them', () => {
    const map = openSfdMap(cutout);
    const bytes = readFileSync(cutout);
    const { width, height, poleX, poleY, scale, dataOffset } = map.layout;
    expect([width, height, poleX]).toEqual([100, 100, -951.5]);
    for (let pixel = 0; pixel < width * height; pixel += 37) {
      const [dx, dy] = [(pixel % width) - (poleX - 1), Math.floor(pixel / width) - (poleY - 1)];
      const l = (Math.atan2(-dy, dx) * 180) / Math.PI;
      const b = (Math.asin(1 - (dx * dx + dy * dy) / scale ** 2) * 180) / Math.PI;
      expect(map.ebv({ l, b })).toBeCloseTo(bytes.readFloatBE(dataOffset + pixel * 4), 7);
    }
    map.close();
  });

  it('has no value outside of the piece', () => {
    const map = openSfdMap(cutout);
    expect(map.ebv(galacticFromIcrs(10, 40))).toBeNull();
    expect(map.ebv({ l: 0, b: 90 })).toBeNull();
    map.close();
  });
});

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DUST_FILES,
  installedDust,
  openDustMap,
  openSfdPair,
} from '../../../../src/pipeline/enrich/dust/dust-map.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { writeHealpixFile, writeSfdFile } from './dust-fixtures.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dust-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const centre = (value: number) =>
  [2047, 2048].flatMap((x) => [2047, 2048].map((y) => [x, y, value] as const));

describe('the dust folder', () => {
  it('serves the coarse map that comes with the project before one is installed, and says so', async () => {
    for (const folder of [directory, join(directory, 'nowhere')]) {
      const map = await openDustMap({ directory: folder });
      expect(map.kind).toBe('coarse');
      expect(map.describe()).toMatch(/nside 64 .*comes with finkvra/);
      // NED has 0.0773 there, the pixel of 0.9 degrees around it 0.05.
      expect(map.ebv(204.1747, -29.960283)).toBeCloseTo(0.05, 3);
      map.close();
    }
    expect(installedDust(directory)).toEqual({ kind: null, missing: [DUST_FILES.north, DUST_FILES.south] });
  });

  it('serves each hemisphere from its own map', async () => {
    writeSfdFile(join(directory, DUST_FILES.north), { pole: 1, pixels: centre(0.015) });
    writeSfdFile(join(directory, DUST_FILES.south), { pole: -1, pixels: centre(0.018) });
    const map = await openDustMap({ directory });
    expect(map.kind).toBe('sfd');
    expect(map.describe()).toMatch(/^SFD98 E\(B-V\), 4096x4096 maps/);
    expect(map.ebv(192.85948, 27.12825)).toBeCloseTo(0.015, 5);
    expect(map.ebv(12.85948, -27.12825)).toBeCloseTo(0.018, 5);
    expect(map.ebv(Number.NaN, 0)).toBeNull();
    map.close();
  });

  it('falls back on the coarse map, by that name, as long as one SFD map is missing', async () => {
    writeHealpixFile(join(directory, DUST_FILES.coarse), { nside: 2, values: () => 0.25 });
    writeSfdFile(join(directory, DUST_FILES.north), { pole: 1 });
    const map = await openDustMap({ directory });
    expect(map.kind).toBe('coarse');
    expect(map.describe()).toMatch(/^coarse E\(B-V\), HEALPix nside 2/);
    expect(map.ebv(10, 20)).toBe(0.25);
    map.close();
    expect(installedDust(directory)).toEqual({ kind: 'coarse', missing: [DUST_FILES.south] });
  });

  it('says which file is damaged and how to mend it', async () => {
    writeSfdFile(join(directory, DUST_FILES.north), { pole: 1 });
    writeFileSync(join(directory, DUST_FILES.south), 'nothing of the kind');
    await expect(openDustMap({ directory })).rejects.toThrow(
      /SFD_dust_4096_sgp.fits is not a FITS file.*dust install/,
    );
  });

  it('does not take one hemisphere for the other', async () => {
    writeSfdFile(join(directory, DUST_FILES.north), { pole: -1 });
    writeSfdFile(join(directory, DUST_FILES.south), { pole: 1 });
    await expect(openDustMap({ directory })).rejects.toThrow(/is the southern map under the other's name/);
  });
});

describe.skipIf(!hasSharedData)(`a pair of which the north is the real piece${sharedNote}`, () => {
  it('answers for the sky of the piece', () => {
    const north = join(directory, 'cutout.fits');
    copyFileSync(sharedPath('dust', 'SFD_dust_4096_ngp_cutout.fits'), north);
    const south = join(directory, DUST_FILES.south);
    writeSfdFile(south, { pole: -1, pixels: centre(0.018) });
    const map = openSfdPair(north, south);
    expect(map.ebv(204.1747, -29.960283)).toBeCloseTo(0.0774, 4);
    expect(map.ebv(12.85948, -27.12825)).toBeCloseTo(0.018, 5);
    expect(map.ebv(192.85948, 27.12825)).toBeNull();
    map.close();
  });
});

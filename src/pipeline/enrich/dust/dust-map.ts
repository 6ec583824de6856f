import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FinkvraError, messageOf } from '../../../lib/errors.ts';
import { galacticFromIcrs } from '../galactic-coordinates.ts';
import { openHealpixMap } from './healpix-map.ts';
import { openSfdMap, type SfdMap } from './sfd-map.ts';

/** Names of the files in the dust folder. */
export const DUST_FILES = {
  north: 'SFD_dust_4096_ngp.fits',
  south: 'SFD_dust_4096_sgp.fits',
  coarse: 'dust_ebv_healpix_coarse.fits',
} as const;

/** The coarse map that comes with the project: see the licence beside it. */
const SHIPPED = fileURLToPath(
  new URL('../../../../assets/dust/dust_ebv_SFD_healpix_lowres.fits', import.meta.url),
);

/** Which maps a value is from. `sfd`: the two of 1998 in full; `coarse`: a HEALPix map of low resolution. */
export type DustMapKind = 'sfd' | 'coarse';

/** E(B-V) over the sky, from whatever maps there are. */
export interface DustMap {
  readonly kind: DustMapKind;
  /** One line for people: which map, where, how good. */
  describe(): string;
  /**
   * SFD98 E(B-V) (magnitudes, unscaled) at an ICRS position in degrees; null where the map has no value.
   * Takes some microseconds: it reads a few bytes of the file.
   */
  ebv(ra: number, dec: number): number | null;
  close(): void;
}

/** The two maps as one; either may be a cutout. */
export const openSfdPair = (northPath: string, southPath: string): DustMap => {
  const north = openExpected(northPath, 1);
  try {
    return pairOf(north, openExpected(southPath, -1));
  } catch (error) {
    north.close();
    throw error;
  }
};

/** Opens a map and makes sure that it is the right hemisphere's: swapped files would read as plausible values. */
const openExpected = (path: string, pole: 1 | -1): SfdMap => {
  const map = openSfdMap(path);
  if (map.layout.pole === pole) return map;
  map.close();
  throw new FinkvraError(
    `${path} is the ${pole === 1 ? 'southern' : 'northern'} map under the other's name: install the maps again`,
  );
};

const pairOf = (north: SfdMap, south: SfdMap): DustMap => ({
  kind: 'sfd',
  describe: () =>
    `SFD98 E(B-V), ${north.layout.width}x${north.layout.height} maps ${north.path} and ${basename(south.path)}`,
  ebv: (ra, dec) => {
    const direction = galacticFromIcrs(ra, dec);
    return (direction.b >= 0 ? north : south).ebv(direction);
  },
  close: () => {
    north.close();
    south.close();
  },
});

/** A HEALPix map of E(B-V) as the coarse fallback; `where` is what people read of its place. */
export const openCoarseMap = (path: string, where = path): DustMap => {
  const map = openHealpixMap(path);
  const { nside } = map.layout;
  // A pixel's side is the square root of its area: 58.6 degrees / nside.
  const side = (Math.sqrt(Math.PI / 3) * (180 / Math.PI)) / nside;
  return {
    kind: 'coarse',
    describe: () =>
      `coarse E(B-V), HEALPix nside ${nside} (pixels of ${side.toFixed(1)} degrees), ${where}; values are typically off by some 10 %`,
    ebv: (ra, dec) => map.valueAt(galacticFromIcrs(ra, dec)),
    close: () => map.close(),
  };
};

/** What is installed in the dust folder, for `doctor`. */
export const installedDust = (directory: string): { kind: 'sfd' | 'coarse' | null; missing: string[] } => {
  const missing = [DUST_FILES.north, DUST_FILES.south].filter((name) => !existsSync(join(directory, name)));
  if (missing.length === 0) return { kind: 'sfd', missing };
  return { kind: existsSync(join(directory, DUST_FILES.coarse)) ? 'coarse' : null, missing };
};

/**
 * Opens the best map there is: the two SFD maps of the dust folder, else its coarse one, else the coarse one
 * that comes with the project.
 * @throws FinkvraError if what is there cannot be read as a map; it says which file and what to do
 */
export const openDustMap = async ({ directory }: { readonly directory: string }): Promise<DustMap> => {
  const { kind } = installedDust(directory);
  try {
    return kind === 'sfd'
      ? openSfdPair(join(directory, DUST_FILES.north), join(directory, DUST_FILES.south))
      : kind === 'coarse'
        ? openCoarseMap(join(directory, DUST_FILES.coarse))
        : openCoarseMap(SHIPPED, 'the map that comes with finkvra');
  } catch (error) {
    const reason = messageOf(error);
    throw new FinkvraError(`The dust map cannot be opened: ${reason}. Run: finkvra dust install --force`, {
      cause: error,
    });
  }
};

import type { ObjectId } from '../alert.ts';

/** Pages about an object elsewhere; null where there is none. */
export interface ObjectLinks {
  readonly lasair: string | null;
  readonly fink: string | null;
  readonly simbad: string | null;
  readonly tns: string | null;
}

/** Simulated objects, which exist nowhere but here, have ids that begin so. */
export const SIMULATED_PREFIX = 'SIM';

/** True for an object of a simulated night. */
export const isSimulated = (objectId: ObjectId): boolean => objectId.startsWith(SIMULATED_PREFIX);

/** Degrees in plain decimals for a URL: String() would write 1e-7, which no archive reads. */
const degrees = (value: number): string =>
  value
    .toFixed(7)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');

/**
 * Where a labeller can read more about an alert's object: Lasair and Fink by its id, SIMBAD within
 * 0.08 arcmin and TNS within 5 arcsec of its ICRS position (degrees). A simulated object has no page
 * anywhere, and what lies at its made-up position is not about it: all null.
 */
export const objectLinks = (alert: {
  readonly objectId: ObjectId;
  readonly ra: number;
  readonly dec: number;
}): ObjectLinks => {
  if (isSimulated(alert.objectId)) return { lasair: null, fink: null, simbad: null, tns: null };
  const id = encodeURIComponent(alert.objectId);
  const [ra, dec] = [degrees(alert.ra), degrees(alert.dec)];
  return {
    lasair: `https://lasair-ztf.lsst.ac.uk/objects/${id}/`,
    fink: `https://ztf.fink-portal.org/${id}`,
    simbad: `http://simbad.u-strasbg.fr/simbad/sim-coo?Coord=${ra}%20${dec}&Radius=0.08`,
    tns: `https://www.wis-tns.org/search?ra=${ra}&decl=${dec}&radius=5&coords_unit=arcsec`,
  };
};

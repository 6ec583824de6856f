/** Irrational, so that no declinations repeat: a row of objects at one would be searched as none of the sky is. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * A place on the sky for each of some 100,000 objects, spread evenly: objects within 1.5 arcsec of each other would
 * be one. ICRS degrees.
 */
export const placeOf = (object: number): { readonly ra: number; readonly dec: number } => ({
  ra: (object % 3600) / 10,
  dec: -30 + 100 * ((object * GOLDEN) % 1),
});

/** Irrational, so that no declinations repeat, as on the sky. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Evenly spread positions for about 100,000 objects, none within 1.5 arcsec of another. ICRS degrees. */
export const placeOf = (object: number): { readonly ra: number; readonly dec: number } => ({
  ra: (object % 3600) / 10,
  dec: -30 + 100 * ((object * GOLDEN) % 1),
});

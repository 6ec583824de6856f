/**
 * A place on the sky for each of some 600,000 objects, 0.1 degree apart: objects within 1.5 arcsec of each other
 * would be one. ICRS degrees.
 */
export const placeOf = (object: number): { readonly ra: number; readonly dec: number } => ({
  ra: (object % 3600) / 10,
  dec: -30 + Math.floor(object / 3600) / 10,
});

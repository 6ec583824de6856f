const RADIANS = Math.PI / 180;

/** A position in ICRS degrees. */
export interface Position {
  readonly ra: number;
  readonly dec: number;
}

/** Angle between two positions, arcsec; by haversines, which keep their digits for the smallest angles. */
export const separationArcsec = (a: Position, b: Position): number => {
  const half = (degrees: number): number => Math.sin((degrees * RADIANS) / 2) ** 2;
  const haversine =
    half(b.dec - a.dec) + Math.cos(a.dec * RADIANS) * Math.cos(b.dec * RADIANS) * half(b.ra - a.ra);
  return (2 * Math.asin(Math.min(1, Math.sqrt(haversine))) * 3600) / RADIANS;
};

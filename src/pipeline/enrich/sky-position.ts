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

/**
 * Splits a whole number of units of the last digit into three sexagesimal fields. Rounding happens once,
 * before this, so that 59.996 s carries into the minutes instead of printing as 60.00.
 */
const fields = (units: number, decimals: number): string => {
  const perSecond = 10 ** decimals;
  const whole = Math.floor(units / perSecond);
  const fraction = decimals > 0 ? `.${String(units % perSecond).padStart(decimals, '0')}` : '';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${fraction}`;
};

const checkedDecimals = (decimals: number): number => {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 6) {
    throw new RangeError(`decimals must be a whole number from 0 to 6, not ${decimals}`);
  }
  return decimals;
};

/**
 * Right ascension (degrees, any turn) as `hh:mm:ss.ss`. 24 h wraps to 00.
 * @example raToHms(150.09708) // '10:00:23.30'
 */
export const raToHms = (ra: number, decimals = 2): string => {
  if (!Number.isFinite(ra)) throw new RangeError(`right ascension must be a number of degrees, not ${ra}`);
  const perSecond = 10 ** checkedDecimals(decimals);
  const day = 86_400 * perSecond;
  const units = Math.round((ra / 15) * 3600 * perSecond) % day;
  return fields(units < 0 ? units + day : units, decimals);
};

/**
 * Declination (degrees, -90 to 90) as `+dd:mm:ss.s`; the sign is always there, and what rounds to zero
 * is `+`.
 * @example decToDms(-0.5) // '-00:30:00.0'
 */
export const decToDms = (dec: number, decimals = 1): string => {
  if (!(dec >= -90 && dec <= 90))
    throw new RangeError(`declination must be from -90 to 90 degrees, not ${dec}`);
  const units = Math.round(Math.abs(dec) * 3600 * 10 ** checkedDecimals(decimals));
  return `${dec < 0 && units > 0 ? '-' : '+'}${fields(units, decimals)}`;
};

/**
 * Both together, as astronomers paste them.
 * @example sexagesimal(150.09708, 1.63693) // '10:00:23.30 +01:38:12.9'
 */
export const sexagesimal = (ra: number, dec: number): string => `${raToHms(ra)} ${decToDms(dec)}`;

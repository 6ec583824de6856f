import type { Jd } from '../pipeline/alert.ts';

/**
 * A night by its ZTF number (`nid`): days since 2017-01-01, Palomar's local date at sunset, so that its
 * observations fall on UT date nid itself.
 */
export type NightNumber = number;

const JD_OF_NIGHT_0 = 2_457_754.5;
const UNIX_EPOCH_JD = 2_440_587.5;
const MS_PER_DAY = 86_400_000;

/** Julian date of 0h UT of the night. */
export const jdOfNight = (night: NightNumber): Jd => JD_OF_NIGHT_0 + night;

/** The night that has a UT date. */
export const nightOfDate = (date: Date): NightNumber =>
  Math.floor(date.getTime() / MS_PER_DAY + UNIX_EPOCH_JD - JD_OF_NIGHT_0);

/** UTC date of a Julian date. */
export const dateOfJd = (jd: Jd): Date => new Date(Math.round((jd - UNIX_EPOCH_JD) * MS_PER_DAY));

/** The night's UT date as YYYY-MM-DD. */
export const dateOfNight = (night: NightNumber): string =>
  dateOfJd(jdOfNight(night)).toISOString().slice(0, 10);

const SYNODIC_MONTH = 29.530588853;
/** A new moon: 2000-01-06 18:14 UT. */
const NEW_MOON_JD = 2_451_550.26;

/** Illuminated part of the Moon's disc, 0 to 1, good to some percent. */
export const moonlight = (jd: Jd): number =>
  (1 - Math.cos((2 * Math.PI * (jd - NEW_MOON_JD)) / SYNODIC_MONTH)) / 2;

/** Right ascension opposite the Sun, degrees, good to four degrees: what culminates at midnight. */
export const midnightRightAscension = (jd: Jd): number => {
  // The mean Sun passes RA 0 at the March equinox, JD 2460389.6 in 2024, and 360 degrees in a tropical year.
  const sun = ((jd - 2_460_389.6) / 365.2422) * 360;
  return (((sun + 180) % 360) + 360) % 360;
};

import type { Jd, ObjectId } from '../pipeline/alert.ts';

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

/** Which simulated object: the night it first alerts, and its number in that night. */
export interface SimulatedIdentity {
  readonly night: NightNumber;
  readonly index: number;
}

/** Objects that one night can have. */
export const MOST_OBJECTS = 65_536;
/** Numbers from here on are those of bogus detections. */
export const FIRST_BOGUS = 32_768;
const LETTERS = 7;
const SIMULATED_ID = /^SIM(\d\d)([a-z]{7})$/;

/** `SIM`, the night's year and seven letters, as ZTF spells its ids: `SIM26aaceqdg`. */
export const simulatedObjectId = ({ night, index }: SimulatedIdentity): ObjectId => {
  let rest = night * MOST_OBJECTS + index;
  let letters = '';
  for (let i = 0; i < LETTERS; i++) {
    letters = String.fromCharCode(97 + (rest % 26)) + letters;
    rest = Math.floor(rest / 26);
  }
  return `SIM${dateOfNight(night).slice(2, 4)}${letters}`;
};

/** Reads `simulatedObjectId` back; null for any other text, real objects' ids included. */
export const simulatedIdentity = (objectId: ObjectId): SimulatedIdentity | null => {
  const match = SIMULATED_ID.exec(objectId);
  const letters = match?.[2];
  if (letters === undefined) return null;
  let number = 0;
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 97;
  const identity = { night: Math.floor(number / MOST_OBJECTS), index: number % MOST_OBJECTS };
  return simulatedObjectId(identity) === objectId ? identity : null;
};

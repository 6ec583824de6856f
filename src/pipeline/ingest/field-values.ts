/*
 * What one field of a packet says, whichever way it was written: as Avro, Parquet, CSV or JSON, by a survey
 * that spells "missing" as null, NaN, -999, 'nan', 'Unknown' or a number near the largest there is.
 */

/** ZTF's blank pixels and numbers are -3.4e38: nothing that is measured comes near this. */
const BLANK = 1e20;

const WRITTEN = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** A number that is there; null where it is missing, or marked as blank. */
export const numberOf = (value: unknown): number | null => {
  // Some tables have numbers as text.
  const isWritten = typeof value === 'bigint' || (typeof value === 'string' && WRITTEN.test(value));
  const number = isWritten ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) < BLANK ? number : null;
};

/** ZTF writes -999 (and other negative numbers) for distances, counts and dates that it does not have. */
export const notNegative = (value: unknown): number | null => {
  const number = numberOf(value);
  return number === null || number < 0 ? null : number;
};

export const scoreOf = (value: unknown): number | null => {
  const score = notNegative(value);
  return score === null || score > 1 ? null : score;
};

/** A quantity that may be negative; -999 stands for none. */
export const measured = (value: unknown): number | null => {
  const number = numberOf(value);
  return number === null || number <= -999 ? null : number;
};

/** Faintest and brightest that a telescope's image can show; 99 and -999 are ways to say "none". */
const BRIGHTEST = -5;
const FAINTEST = 35;

export const magnitudeOf = (value: unknown): number | null => {
  const magnitude = numberOf(value);
  return magnitude !== null && magnitude >= BRIGHTEST && magnitude <= FAINTEST ? magnitude : null;
};

/** The error of a magnitude: positive, and small enough to mean anything. */
export const sigmaOf = (value: unknown): number | null => {
  const sigma = numberOf(value);
  return sigma !== null && sigma > 0 && sigma < 10 ? sigma : null;
};

/** Julian dates of 1995 to 2130; an MJD is none. */
export const dateOf = (value: unknown): number | null => {
  const jd = numberOf(value);
  return jd !== null && jd > 2_449_700 && jd < 2_500_000 ? jd : null;
};

/** ZTF's filters: 1 g, 2 r, 3 i. */
export const filterOf = (value: unknown): number | null => {
  const fid = numberOf(value);
  return fid === 1 || fid === 2 || fid === 3 ? fid : null;
};

/** @throws if the position is not on the sky */
export const positionOf = (ra: unknown, dec: unknown): { readonly ra: number; readonly dec: number } => {
  const [right, declination] = [numberOf(ra), numberOf(dec)];
  const isOnSky =
    right !== null && right >= 0 && right <= 360 && declination !== null && Math.abs(declination) <= 90;
  if (!isOnSky) throw new Error(`the packet's position is off the sky: ra ${right}, dec ${declination}`);
  return { ra: right, dec: declination };
};

/**
 * Whether a detection is brighter ('t', '1') or fainter ('f', '0') than the template, as delivered; null where
 * that is missing. Tables write booleans and numbers too.
 */
export const signOf = (value: unknown): 't' | 'f' | '1' | '0' | null | 'unknown' => {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  const spelled = String(value).trim();
  if (MISSING.test(spelled)) return null;
  if (spelled === 't' || spelled === 'f' || spelled === '1' || spelled === '0') return spelled;
  if (/^(t|true)$/i.test(spelled)) return 't';
  return /^(f|false)$/i.test(spelled) ? 'f' : 'unknown';
};

/** Ways to write that there is nothing. */
const MISSING = /^\s*(nan|none|null)?\s*$/i;

/** No name or type that a catalogue gives is longer. */
const LONGEST_TEXT = 200;

/** A string that is there; 'nan' and '' are ways to say that it is not. */
export const asDelivered = (value: unknown): string | null => {
  return typeof value === 'string' && value.length <= LONGEST_TEXT && !MISSING.test(value) ? value : null;
};

/** As `asDelivered`, where 'Unknown' and 'Fail', 'Fail 503' also say nothing about the source. */
export const text = (value: unknown): string | null => {
  const delivered = asDelivered(value);
  return delivered === null || /^(unknown|fail\b.*)$/i.test(delivered) ? null : delivered;
};

/**
 * `ZTF25aapafwq`: the survey, the year and letters; simulated ones begin with `SIM`.
 *
 * @throws for any other text, quoting its beginning
 */
export const objectIdOf = (value: unknown): string => {
  const id = typeof value === 'string' ? value.trim() : '';
  // One spelling an object: by another one it would be labelled twice.
  if (/^(ZTF|SIM)\d\d[a-z0-9]{1,16}$/i.test(id))
    return id.slice(0, 3).toUpperCase() + id.slice(3).toLowerCase();
  throw new Error(`the packet's objectId is "${id.slice(0, 40)}", which is no name of a ZTF object`);
};

const LARGEST_CANDID = 2n ** 63n - 1n;

/** A candid as text; null where there is none. @throws Error for one that was rounded, or is too large */
export const candidText = (value: unknown): string | null => {
  if (typeof value === 'number') {
    if (Number.isNaN(value) || value <= 0) return null;
    // A candid rounded to a double may be another alert's: none is better than a wrong one.
    if (!Number.isSafeInteger(value)) throw new Error(`the candid ${value} was rounded by whoever wrote it`);
    return String(value);
  }
  const digits = typeof value === 'bigint' ? value.toString() : value;
  if (typeof digits !== 'string') return null;
  if (/^\d(\.\d+)?e\+?\d+$/i.test(digits.trim())) {
    throw new Error(`the candid ${digits.trim().slice(0, 40)} was rounded by whoever wrote it`);
  }
  if (!/^[1-9]\d{0,18}$/.test(digits)) {
    if (/^[1-9]\d+$/.test(digits)) throw new Error(`the candid ${digits.slice(0, 40)} has more than 64 bits`);
    return null;
  }
  if (BigInt(digits) > LARGEST_CANDID) throw new Error(`the candid ${digits} has more than 64 bits`);
  return digits;
};

/** A candid from a table's index; an index that counts rows holds none. */
export const indexedCandid = (value: unknown): string | null => {
  const candid = candidText(value);
  return candid !== null && candid.length >= 15 ? candid : null;
};

import { type Position, separationArcsec } from '../sky-position.ts';
import { plainText } from './plain-text.ts';

/** The catalogued source that Sherlock takes the alert to belong to: a host galaxy, or the star itself. */
export interface SherlockHost {
  /** Its name as Sherlock's sentence has it, or null. */
  readonly name: string | null;
  /** A page about it (http or https), or null. */
  readonly url: string | null;
  /** Its id in the catalogue; a string, since many are above 2^53. */
  readonly id: string | null;
  readonly catalogue: string | null;
  /** What the catalogue calls it, such as `galaxy`, `star`, `qso`. */
  readonly type: string | null;
  /** ICRS degrees. */
  readonly position: Position | null;
  readonly z: number | null;
  readonly photoZ: number | null;
  readonly magnitude: { readonly band: string; readonly value: number } | null;
  readonly distanceMpc: number | null;
  /** Projected separation of the alert from its centre, kpc. */
  readonly projectedKpc: number | null;
}

/** What Sherlock says about a position. Plain data: it can be kept as JSON. */
export interface SherlockResult {
  /** VS, CV, BS, AGN, NT, SN, ORPHAN, UNCLEAR, or whatever a later Sherlock may say. */
  readonly class: string;
  /** Sherlock's sentence as plain text; '' if it gave none. */
  readonly description: string;
  /** Separation from the best match, arcsec; null for an orphan. */
  readonly separationArcsec: number | null;
  readonly host: SherlockHost | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object. */
export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers come as numbers or as strings; 'null', 'nan' and '' are missing. */
const numeric = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};

const text = (value: unknown): string | null => {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const plain = plainText(String(value));
  return plain === '' ? null : plain;
};

/** Bands by preference; Sherlock writes `_r` for most catalogues, bare letters for Gaia and 2MASS. */
const BANDS = ['_r', 'G', '_i', '_g', '_z', '_y', '_u', 'R', 'V', 'B', 'J', 'H', 'K', 'W1'] as const;

const magnitudeOf = (match: Fields): SherlockHost['magnitude'] => {
  for (const band of BANDS) {
    const value = numeric(match[band]);
    if (value !== null) return { band: band.replace('_', ''), value };
  }
  const [value, band] = [numeric(match.Mag), text(match.MagFilter)];
  return value === null ? null : { band: band ?? '', value };
};

/** The name and the page that the sentence's first link has. */
const linkOf = (sentence: string): { name: string | null; url: string | null } => {
  const [, href = '', label = ''] =
    /<a\s[^>]*?href\s*=\s*["']([^"']*)["'][^>]*>(.*?)<\/a>/is.exec(sentence) ?? [];
  const address = plainText(href);
  return { name: text(label), url: /^https?:\/\/\S+$/i.test(address) ? address : null };
};

const separationOf = (match: Fields): number | null => {
  const separation = numeric(match.separationArcsec);
  if (separation !== null) return separation;
  const [north, east] = [numeric(match.northSeparationArcsec), numeric(match.eastSeparationArcsec)];
  return north === null || east === null ? null : Math.hypot(north, east);
};

const hostOf = (match: Fields, sentence: string): SherlockHost => {
  const [ra, dec] = [numeric(match.raDeg), numeric(match.decDeg)];
  return {
    ...linkOf(sentence),
    id: text(match.catalogue_object_id),
    catalogue: text(match.catalogue_table_name),
    type: text(match.catalogue_object_type),
    position: ra === null || dec === null ? null : { ra, dec },
    z: numeric(match.z),
    photoZ: numeric(match.photoZ),
    magnitude: magnitudeOf(match),
    distanceMpc: numeric(match.direct_distance) ?? numeric(match.z_distance) ?? numeric(match.pz_distance),
    projectedKpc: numeric(match.physical_separation_kpc),
  };
};

/** The classification is `[CLASS, sentence]` under a key that varies: the first value, whatever its key. */
const classificationOf = (answer: Fields): { class: string; sentence: string } | null => {
  if (!isRecord(answer.classifications)) return null;
  const [first] = Object.values(answer.classifications);
  const parts: readonly unknown[] = Array.isArray(first) ? first : [first];
  const name = text(parts[0]);
  return name === null
    ? null
    : { class: name.toUpperCase(), sentence: typeof parts[1] === 'string' ? parts[1] : '' };
};

/**
 * Reads Lasair's answer to a Sherlock query about one position: the best match is the one of rank 1,
 * else the first; an orphan has none.
 * @param answer the answer's JSON, parsed by parseExact
 * @returns null if it has no classification
 */
export const readSherlockAnswer = (answer: unknown): SherlockResult | null => {
  if (!isRecord(answer)) return null;
  const classification = classificationOf(answer);
  if (classification === null) return null;
  const matches = Array.isArray(answer.crossmatches) ? answer.crossmatches.filter(isRecord) : [];
  const best = matches.find((match) => numeric(match.rank) === 1) ?? matches[0];
  const orphan = classification.class === 'ORPHAN' || best === undefined;
  return {
    class: classification.class,
    description: plainText(classification.sentence),
    separationArcsec: orphan ? null : separationOf(best),
    host: orphan ? null : hostOf(best, classification.sentence),
  };
};

/**
 * A result found for a neighbouring position (within the cache's radius) as it holds for this one: the
 * separation from the host is measured anew, since an arcsecond matters to it.
 */
export const resultAt = (result: SherlockResult, position: Position): SherlockResult =>
  result.host?.position == null || result.separationArcsec === null
    ? result
    : { ...result, separationArcsec: separationArcsec(result.host.position, position) };

import { createRandom, type Random } from '../pipeline/learning/seeded-random.ts';
import { chance, EXPOSURE_STREAM, normal, STREAM, uniform } from './draws.ts';
import { type Counterpart, G } from './light-source.ts';
import {
  detectionRecord,
  epochOf,
  type Measurement,
  nearestSource,
  PIXEL,
  positionScatter,
} from './measurements.ts';
import type { LeafValues } from './packet-encoding.ts';
import { dateOfJd, jdOfNight } from './simulated-identity.ts';
import { BAD_SUBTRACTION, type SimulatedObject } from './source-classes.ts';
import type { Visit } from './visits.ts';

/** Where in the survey an exposure of an object is. */
export interface ExposureIds {
  readonly nid: number;
  readonly rcid: number;
  readonly field: number;
  readonly tblid: number;
  readonly pid: bigint;
  readonly candid: bigint;
}

/**
 * Ids as the survey makes them: pid is night, fraction of the day (5 digits), readout channel and two digits
 * that are 15 in the survey's and 99 here, so that no simulated id is a real one; candid is pid, 015 and
 * the number in the exposure. 19 digits, ascending with time.
 */
export const exposureIds = (object: SimulatedObject, { jd }: Visit): ExposureIds => {
  const { night, index } = object.identity;
  const random = createRandom(object.seed, STREAM.field, night, index);
  const rcid = random.below(64);
  const field = 245 + random.below(640);
  const nid = Math.floor(jd - jdOfNight(0));
  const fraction = Math.floor((jd - jdOfNight(nid)) * 1e5);
  const tblid = index % 1000;
  const pid = ((BigInt(nid) * 100_000n + BigInt(fraction)) * 100n + BigInt(rcid)) * 100n + 99n;
  return { nid, rcid, field, tblid, pid, candid: pid * 1_000_000n + 15_000n + BigInt(tblid) };
};

const ARCSEC = 1 / 3600;
/** Pixels of a readout channel. */
const CHANNEL_WIDTH = 3072;
const CHANNEL_HEIGHT = 3080;

/**
 * The 57 fields of an epoch of the history, which are also the beginning of the current candidate's. What no
 * feature and no card uses is drawn within the survey's usual range.
 */
export const epochValues = (object: SimulatedObject, measurement: Measurement): LeafValues => {
  const { visit } = measurement;
  const random = createRandom(visit.seed, EXPOSURE_STREAM.photometry);
  const { jd, fid, diffmaglim } = epochOf(object, measurement);
  const { pid, nid, rcid, field } = exposureIds(object, visit);
  const stamp = dateOfJd(jd).toISOString().replace(/\D/g, '').slice(0, 14);
  const exposure: LeafValues = {
    jd,
    fid,
    pid,
    diffmaglim,
    pdiffimfilename: `simulated_${stamp}_${String(field).padStart(6, '0')}_z${fid === G ? 'g' : 'r'}_scimrefdiffimg.fits`,
    programpi: 'simulated',
    programid: 1,
    nid,
    rcid,
    field,
    magzpsci: normal(random, 26.25, 0.08),
    magzpsciunc: uniform(random, 0.8e-5, 2.5e-5),
    magzpscirms: uniform(random, 0.025, 0.045),
    clrcoeff: normal(random, fid === G ? -0.05 : 0.1, 0.03),
    clrcounc: uniform(random, 1e-5, 4e-5),
    rbversion: 'simulated',
  };
  return measurement.detection === null
    ? exposure
    : { ...exposure, ...detectionValues(object, measurement, random) };
};

function detectionValues(object: SimulatedObject, measurement: Measurement, random: Random): LeafValues {
  const { visit, snr } = measurement;
  const { candid, tblid } = exposureIds(object, visit);
  const { magpsf, sigmapsf, isdiffpos, distnr, magnr, sigmagnr } = epochOf(object, measurement);
  const brightness = magpsf ?? 0;
  const nearest = nearestSource(object);
  const isGalaxy = nearest.kind === 'galaxy';
  const scatter = positionScatter(snr) * ARCSEC;
  const cosDec = Math.cos((object.dec * Math.PI) / 180);
  const fwhm = visit.seeing / PIXEL;
  const [xpos, ypos] = [uniform(random, 20, CHANNEL_WIDTH - 20), uniform(random, 20, CHANNEL_HEIGHT - 20)];
  const aperture = normal(random, 0, 0.8 / snr);
  const [long, short] = [uniform(random, 0.6, 0.9), uniform(random, 0.85, 1)];
  return {
    candid,
    isdiffpos,
    tblid,
    xpos,
    ypos,
    ra: object.ra + normal(random, 0, scatter) / cosDec,
    dec: object.dec + normal(random, 0, scatter),
    magpsf,
    sigmapsf,
    chipsf: Math.max(0.5, normal(random, 1.4, 0.4)),
    magap: brightness + aperture,
    sigmagap: 1.3 / snr,
    distnr,
    magnr,
    sigmagnr,
    chinr: isGalaxy ? uniform(random, 1, 8) : uniform(random, 0.3, 1.5),
    sharpnr: isGalaxy ? uniform(random, 0.05, 0.6) : normal(random, 0, 0.03),
    sky: normal(random, 0, 0.4),
    magdiff: aperture,
    fwhm,
    classtar: uniform(random, 0.9, 1),
    mindtoedge: Math.min(xpos, ypos, CHANNEL_WIDTH - xpos, CHANNEL_HEIGHT - ypos),
    magfromlim: visit.diffmaglim - brightness,
    seeratio: uniform(random, 0.9, 1.3),
    aimage: long,
    bimage: long * short,
    aimagerat: long / fwhm,
    bimagerat: (long * short) / fwhm,
    elong: 1 / short,
    nneg: random.below(9),
    nbad: 0,
    rb: uniform(random, 0.56, 1),
    sumrat: uniform(random, 0.85, 1),
    magapbig: brightness + 1.3 * aperture,
    sigmagapbig: 1.6 / snr,
    ranr: object.ra + (nearest.offset * ARCSEC * Math.cos(nearest.direction)) / cosDec,
    decnr: object.dec + nearest.offset * ARCSEC * Math.sin(nearest.direction),
    scorr: snr,
  };
}

/** The 103 fields of the current candidate, the last of `measurements`. */
export const candidateValues = (
  object: SimulatedObject,
  measurements: readonly Measurement[],
): LeafValues => {
  const current = measurements.at(-1);
  if (current === undefined) throw new Error('a packet needs a measurement');
  const random = createRandom(current.visit.seed, EXPOSURE_STREAM.broker);
  const record = detectionRecord(object);
  const seen = measurements.filter(({ detection }) => detection !== null);
  const { field, rcid } = exposureIds(object, current.visit);
  const { jd, band } = current.visit;
  const isAsteroid = object.flaw === 'asteroid';
  return {
    ...epochValues(object, current),
    ...catalogueValues(object),
    ssdistnr: isAsteroid ? uniform(random, 0, 3) : -999,
    ssmagnr: isAsteroid ? uniform(random, 19, 21) : -999,
    ssnamenr: isAsteroid ? 'simulated asteroid' : 'null',
    ndethist: record.detections + seen.length,
    ncovhist: 400 + random.below(1500),
    jdstarthist: record.first ?? seen[0]?.visit.jd ?? jd,
    jdendhist: jd,
    tooflag: 0,
    rfid: BigInt(field) * 1_000_000n + BigInt(band * 100_000 + 100 + rcid),
    jdstartref: 2_458_150 + uniform(random, 0, 100),
    jdendref: 2_458_300 + uniform(random, 0, 300),
    nframesref: 15 + random.below(26),
    dsnrms: uniform(random, 5, 25),
    ssnrms: uniform(random, 10, 55),
    dsdiff: uniform(random, -30, 0),
    nmatches: 200 + random.below(1200),
    zpclrcov: -uniform(random, 1e-5, 3e-5),
    zpmed: normal(random, 26.2, 0.1),
    clrmed: normal(random, 0.65, 0.06),
    clrrms: uniform(random, 0.2, 0.35),
    exptime: 30,
    drb: score(random, object, current.snr),
    drbversion: 'simulated',
  };
};

/** Deep-learning score; that of some bogus detections lets them pass. */
const score = (random: Random, { flaw, sourceClass }: SimulatedObject, snr: number): number => {
  if (flaw === 'artefact') return uniform(random, 0.02, 0.5);
  if (sourceClass === BAD_SUBTRACTION) return uniform(random, 0.501, 0.95);
  return realScore(random.float(), snr);
};

/** Of real sources: near 1, down to 0.5 for some faint ones. */
const realScore = (u: number, snr: number): number =>
  Math.max(0.501, 1 - 10 ** (-0.4 - 4.5 * u * Math.min(1, 0.4 + snr / 20)));

/** What ZTF writes where a catalogue has nothing. */
const NOTHING = -999;
/** Faintest r of the Gaia and Pan-STARRS catalogues, mag. */
const GAIA_LIMIT = 20.7;
const PANSTARRS_LIMIT = 22.5;
/** Pan-STARRS sources are given within this distance, arcsec. */
const SEARCH_RADIUS = 30;

/**
 * The neighbours that the survey looks up in Pan-STARRS and Gaia: the object's own star or host, and field
 * stars. The same in every packet of an object.
 */
function catalogueValues(object: SimulatedObject): LeafValues {
  const { night, index } = object.identity;
  const random = createRandom(object.seed, STREAM.packet, night, index, 1);
  const { counterpart } = object.source;
  const sources = [
    object.neighbour,
    another(random, object.neighbour.offset),
    another(random, object.neighbour.offset),
  ];
  if (counterpart !== null) sources.push(counterpart);
  sources.sort((a, b) => a.offset - b.offset);
  const near = sources.filter(({ r, offset }) => r < PANSTARRS_LIMIT && offset < SEARCH_RADIUS);
  const gaia = sources.find(({ kind, r, offset }) => r < GAIA_LIMIT && (kind === 'star' || offset < 0.4));
  return {
    ...panStarrs(random, 1, near[0]),
    ...panStarrs(random, 2, near[1]),
    ...panStarrs(random, 3, near[2]),
    nmtchps: near.length,
    neargaia: gaia === undefined ? NOTHING : gaia.offset + Math.abs(normal(random, 0, 0.1)),
    neargaiabright: NOTHING,
    maggaia: gaia === undefined ? NOTHING : gaia.r + normal(random, 0.1, 0.05),
    maggaiabright: NOTHING,
  };
}

/** A field star farther away than the nearest one. */
const another = (random: Random, nearest: number): Counterpart => {
  const r = uniform(random, 17, 22.4);
  return {
    kind: 'star',
    g: r + uniform(random, 0.3, 1.5),
    r,
    offset: nearest + uniform(random, 1, 15),
    direction: 0,
  };
};

function panStarrs(random: Random, rank: 1 | 2 | 3, source: Counterpart | undefined): LeafValues {
  const id = { [`objectidps${rank}`]: BigInt(Math.floor(uniform(random, 7e16, 2e17))) };
  const names = [
    `sgmag${rank}`,
    `srmag${rank}`,
    `simag${rank}`,
    `szmag${rank}`,
    `sgscore${rank}`,
    `distpsnr${rank}`,
  ];
  if (source === undefined)
    return { [`objectidps${rank}`]: 0, ...Object.fromEntries(names.map((name) => [name, NOTHING])) };
  const red = 0.4 * (source.g - source.r);
  const { g, r, offset } = source;
  const distance = offset + Math.abs(normal(random, 0, 0.08));
  const values = [g, r, r - red, r - 1.4 * red, starScore(random, source), distance];
  return { ...id, ...Object.fromEntries(names.map((name, i) => [name, values[i] ?? NOTHING])) };
}

/** Share of bright sources that the score takes for the other kind: blended stars, compact galaxies. */
const MISJUDGED = 0.17;

/**
 * Star/galaxy score: near 1 for stars and 0 for galaxies, anything for faint ones, and for some bright ones
 * nearer to the other kind. So it tells the classes about as well as of real alerts (AUC 83).
 */
function starScore(random: Random, { kind, r }: Counterpart): number {
  const blur = Math.min(0.5, 0.03 + 0.2 * Math.max(r - 19, 0));
  const off = Math.abs(normal(random, 0, blur)) + (chance(random, MISJUDGED) ? uniform(random, 0.3, 1) : 0);
  return Math.min(Math.max(kind === 'star' ? 1 - off : off, 0), 1);
}

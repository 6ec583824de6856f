import { createRandom, type Random } from '../pipeline/learning/random.ts';
import type { LeafValues } from './avro-writer.ts';
import { normal, uniform } from './draws.ts';
import { exposureIds } from './exposure-ids.ts';
import { epochOf, nearestSource, PIXEL, positionScatter } from './light-curve-history.ts';
import { G } from './light-source.ts';
import type { Measurement } from './measurement.ts';
import { dateOfJd } from './night-calendar.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { EXPOSURE_STREAM } from './streams.ts';

const ARCSEC = 1 / 3600;
/** Pixels of a readout channel. */
const CHANNEL_WIDTH = 3072;
const CHANNEL_HEIGHT = 3080;

/**
 * The 57 fields of an epoch of the history, which are also the beginning of the current candidate's. What no
 * feature and no card uses is drawn within the survey's usual range.
 */
export function epochValues(object: SimulatedObject, measurement: Measurement): LeafValues {
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
}

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

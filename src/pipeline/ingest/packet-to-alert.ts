import type { Alert, AlertContext, BandFeatures, Epoch, ForcedPoint } from '../alert.ts';
import {
  asDelivered,
  candidText,
  dateOf,
  filterOf,
  indexedCandid,
  magnitudeOf,
  measured,
  notNegative,
  numberOf,
  objectIdOf,
  positionOf,
  scoreOf,
  sigmaOf,
  signOf,
  text,
} from './field-values.ts';
import type { AlertItem, Origin } from './source.ts';
import { PANDAS_INDEX } from './wanted-fields.ts';

/** A decoded packet or a record in it: whatever an Avro or a Parquet reader makes of its fields. */
export type PacketRecord = { readonly [field: string]: unknown };

/** A packet has some 30 epochs, one of six years of history some thousand. */
const MOST_EPOCHS = 10_000;

/**
 * Makes an alert of a decoded packet's wanted fields, whatever version of the schema they came with: a
 * field that is not there, is null, or spells "missing" in one of Fink's ways is null in the alert. A value
 * that cannot be what its field says (a position off the sky, a magnitude of 99) is refused where an alert
 * needs it, and missing elsewhere.
 *
 * @throws if a needed field is missing or wrong, naming it: candid, objectId, jd, fid, ra, dec or magpsf
 */
export const packetToAlert = (packet: unknown): Alert => {
  const top = recordOf(packet);
  if (top === null) throw new Error('the packet is not a record');
  // Flattened tables have the candidate's fields beside the others.
  const candidate = recordOf(top.candidate) ?? top;
  const candid = candidText(top.candid) ?? candidText(candidate.candid) ?? indexedCandid(top[PANDAS_INDEX]);
  const present: Readonly<Record<string, unknown>> = {
    candid,
    objectId: text(top.objectId),
    jd: numberOf(candidate.jd),
    fid: numberOf(candidate.fid),
    ra: numberOf(candidate.ra),
    dec: numberOf(candidate.dec),
    magpsf: numberOf(candidate.magpsf),
  };
  const missing = Object.keys(present).filter((name) => present[name] === null);
  if (candid === null || missing.length > 0) throw new Error(`the packet has no ${missing.join(', no ')}`);
  const epoch = currentEpoch(candidate);
  const position = positionOf(candidate.ra, candidate.dec);
  const forced = forcedOf(top.fp_hists);
  return {
    candid,
    objectId: objectIdOf(top.objectId),
    jd: epoch.jd,
    ...position,
    fid: epoch.fid,
    magpsf: epoch.magpsf,
    sigmapsf: epoch.sigmapsf,
    drb: scoreOf(candidate.drb),
    rb: scoreOf(candidate.rb),
    roid: notNegative(top.roid),
    cdsxmatch: asDelivered(top.cdsxmatch),
    context: contextOf(top, candidate),
    epochs: [epoch, ...historyOf(top.prv_candidates)],
    ...(forced.length === 0 ? {} : { forced }),
    storedFeatures: { g: bandFeaturesOf(top.lc_features_g), r: bandFeaturesOf(top.lc_features_r) },
    stamps: {
      science: stampOf(top.cutoutScience),
      template: stampOf(top.cutoutTemplate),
      difference: stampOf(top.cutoutDifference),
    },
  };
};

/**
 * As `packetToAlert`, as an item: light packets and rows of tables have no place for a history.
 *
 * @throws as packetToAlert
 */
export const alertItem = (packet: unknown, origin: Origin): AlertItem => {
  const item: AlertItem = { kind: 'alert', alert: packetToAlert(packet), origin };
  return isRecord(packet) && 'prv_candidates' in packet ? item : { ...item, isLight: true };
};

const isRecord = (value: unknown): value is PacketRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const recordOf = (value: unknown): PacketRecord | null => (isRecord(value) ? value : null);

/** The epoch of the alert itself; a needed field that makes no sense throws, with the reason. */
function currentEpoch(record: PacketRecord): Epoch & { readonly magpsf: number } {
  const jd = dateOf(record.jd);
  if (jd === null)
    throw new Error(`the packet's jd is ${numberOf(record.jd)}, which ${dateWords(record.jd)}`);
  const fid = filterOf(record.fid);
  if (fid === null) throw new Error(`the packet's fid is ${numberOf(record.fid)}, not 1, 2 or 3`);
  const magpsf = magnitudeOf(record.magpsf);
  if (magpsf === null)
    throw new Error(`the packet's magpsf is ${numberOf(record.magpsf)}, which is no magnitude`);
  const isdiffpos = signOf(record.isdiffpos);
  if (isdiffpos === 'unknown')
    throw new Error(`the packet's isdiffpos is ${shown(record.isdiffpos)}: neither t nor f`);
  return { jd, fid, magpsf, isdiffpos, ...measuredWith(record) };
}

const dateWords = (jd: unknown): string => {
  const value = numberOf(jd) ?? 0;
  return value > 15_000 && value < 100_000 ? 'looks like an MJD' : 'is no Julian date of the survey';
};

const shown = (value: unknown): string => `"${String(value).slice(0, 20)}"`;

/** What both kinds of epoch have besides date, filter, magnitude and sign. */
const measuredWith = (
  record: PacketRecord,
): Pick<Epoch, 'sigmapsf' | 'diffmaglim' | 'distnr' | 'magnr' | 'sigmagnr'> => ({
  sigmapsf: sigmaOf(record.sigmapsf),
  diffmaglim: magnitudeOf(record.diffmaglim),
  distnr: numberOf(record.distnr),
  magnr: magnitudeOf(record.magnr),
  sigmagnr: sigmaOf(record.sigmagnr),
});

/**
 * An epoch of the history. Null without a plausible date and filter, and if its magnitude is impossible: such a
 * point is neither a detection nor a limit.
 */
function epochOf(record: PacketRecord): Epoch | null {
  const jd = dateOf(record.jd);
  const fid = filterOf(record.fid);
  const delivered = numberOf(record.magpsf);
  const magpsf = magnitudeOf(record.magpsf);
  if (jd === null || fid === null || (delivered !== null && magpsf === null)) return null;
  const isdiffpos = signOf(record.isdiffpos);
  return { jd, fid, magpsf, isdiffpos: isdiffpos === 'unknown' ? null : isdiffpos, ...measuredWith(record) };
}

function historyOf(value: unknown): Epoch[] {
  const epochs: Epoch[] = [];
  if (!Array.isArray(value)) return epochs;
  if (value.length > MOST_EPOCHS) throw new Error(`the packet has a history of ${value.length} epochs`);
  for (const entry of value) {
    const record = recordOf(entry);
    const epoch = record === null ? null : epochOf(record);
    if (epoch !== null) epochs.push(epoch);
  }
  return epochs;
}

/**
 * Forced photometry. Points without a date or a filter are dropped; one with the survey's -99999 has no flux.
 */
function forcedOf(value: unknown): ForcedPoint[] {
  if (!Array.isArray(value)) return [];
  if (value.length > MOST_EPOCHS)
    throw new Error(`the packet has ${value.length} points of forced photometry`);
  return value.flatMap((entry) => {
    const record = recordOf(entry);
    const jd = dateOf(record?.jd);
    const fid = filterOf(record?.fid);
    if (record === null || jd === null || fid === null) return [];
    const flux = numberOf(record.forcediffimflux);
    return {
      jd,
      fid,
      flux: flux === null || flux <= NO_FLUX ? null : flux,
      fluxError: notNegative(record.forcediffimfluxunc),
      zeroPoint: magnitudeOf(record.magzpsci),
    };
  });
}

/** What ZTF writes where forced photometry failed. */
const NO_FLUX = -99_999;

/** A band that the packet does not carry is a record of nulls; NaN stands for too few points. */
export const bandFeaturesOf = (value: unknown): BandFeatures | null => {
  const record = recordOf(value);
  if (record === null) return null;
  const features: BandFeatures = {
    amplitude: numberOf(record.amplitude),
    linear_fit_reduced_chi2: numberOf(record.linear_fit_reduced_chi2),
    linear_fit_slope: numberOf(record.linear_fit_slope),
    linear_fit_slope_sigma: numberOf(record.linear_fit_slope_sigma),
    median: numberOf(record.median),
    median_absolute_deviation: numberOf(record.median_absolute_deviation),
  };
  return Object.values(features).every((feature) => feature === null) ? null : features;
};

function stampOf(value: unknown): Uint8Array | null {
  const data = recordOf(value)?.stampData;
  return data instanceof Uint8Array && data.byteLength > 0 ? data : null;
}

/** A value of Fink's map of the Mangrove catalogue (Ducoin et al. 2020): always text, 'None' if missing. */
function mangroveOf(value: unknown): Pick<AlertContext, 'mangroveName' | 'mangroveMpc'> {
  const map = recordOf(value);
  const distance = text(map?.lum_dist);
  const mpc = distance === null ? null : Number(distance);
  return {
    mangroveName: text(map?.HyperLEDA_name) ?? text(map?.['2MASS_name']),
    mangroveMpc: mpc !== null && mpc > 0 && Number.isFinite(mpc) ? mpc : null,
  };
}

const contextOf = (top: PacketRecord, candidate: PacketRecord): AlertContext => ({
  distpsnr1: notNegative(candidate.distpsnr1),
  sgscore1: scoreOf(candidate.sgscore1),
  neargaia: notNegative(candidate.neargaia),
  ndethist: notNegative(candidate.ndethist),
  jdstarthist: dateOf(candidate.jdstarthist),
  ncovhist: notNegative(candidate.ncovhist),
  nmtchps: notNegative(candidate.nmtchps),
  classtar: scoreOf(candidate.classtar),
  sharpnr: measured(candidate.sharpnr),
  chinr: notNegative(candidate.chinr),
  plx: measured(top.Plx),
  plxError: notNegative(top.e_Plx),
  tns: text(top.tns),
  vsx: text(top.vsx),
  gcvs: text(top.gcvs),
  gaiaName: text(top.DR3Name),
  ...mangroveOf(top.mangrove),
});

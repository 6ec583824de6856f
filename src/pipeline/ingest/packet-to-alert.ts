import type { Alert, AlertContext, BandFeatures, Epoch } from '../alert.ts';

/** A decoded packet or a record in it: whatever an Avro or a Parquet reader makes of its fields. */
export type PacketRecord = { readonly [field: string]: unknown };

/**
 * Makes an alert of a decoded packet's wanted fields, whatever version of the schema they came with: a
 * field that is not there, is null, or spells "missing" in one of Fink's ways is null in the alert.
 *
 * @throws Error that names what an alert cannot do without: candid, objectId, jd, fid, ra, dec or magpsf.
 */
export function packetToAlert(packet: unknown): Alert {
  const top = recordOf(packet);
  if (top === null) throw new Error('the packet is not a record');
  // Flattened tables have the candidate's fields beside the others.
  const candidate = recordOf(top.candidate) ?? top;
  const candid = candidText(top.candid) ?? candidText(candidate.candid);
  const objectId = text(top.objectId);
  const epoch = epochOf(candidate);
  const ra = numberOf(candidate.ra);
  const dec = numberOf(candidate.dec);
  const missing = Object.entries({ candid, objectId, jd: numberOf(candidate.jd), ra, dec })
    .filter(([, value]) => value === null)
    .map(([name]) => name);
  if (epoch === null && missing.length === 0) missing.push('fid');
  if (epoch?.magpsf === null) missing.push('magpsf');
  if (
    candid === null ||
    objectId === null ||
    epoch === null ||
    epoch.magpsf === null ||
    ra === null ||
    dec === null
  ) {
    throw new Error(`the packet has no ${missing.join(', no ')}`);
  }
  return {
    candid,
    objectId,
    jd: epoch.jd,
    ra,
    dec,
    fid: epoch.fid,
    magpsf: epoch.magpsf,
    sigmapsf: epoch.sigmapsf,
    drb: scoreOf(candidate.drb),
    rb: scoreOf(candidate.rb),
    roid: notNegative(top.roid),
    cdsxmatch: asDelivered(top.cdsxmatch),
    context: contextOf(top, candidate),
    epochs: [epoch, ...historyOf(top.prv_candidates)],
    storedFeatures: { g: bandFeaturesOf(top.lc_features_g), r: bandFeaturesOf(top.lc_features_r) },
    stamps: {
      science: stampOf(top.cutoutScience),
      template: stampOf(top.cutoutTemplate),
      difference: stampOf(top.cutoutDifference),
    },
  };
}

const isRecord = (value: unknown): value is PacketRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const recordOf = (value: unknown): PacketRecord | null => (isRecord(value) ? value : null);

function numberOf(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** ZTF writes -999 (and other negative numbers) for distances, counts and dates that it does not have. */
function notNegative(value: unknown): number | null {
  const number = numberOf(value);
  return number === null || number < 0 ? null : number;
}

function scoreOf(value: unknown): number | null {
  const score = notNegative(value);
  return score === null || score > 1 ? null : score;
}

/** A string that is there; 'nan' and '' are ways to say that it is not. */
function asDelivered(value: unknown): string | null {
  return typeof value === 'string' && !/^\s*(nan|none|null)?\s*$/i.test(value) ? value : null;
}

/** As `asDelivered`, where 'Unknown' and 'Fail', 'Fail 503' also say nothing about the source. */
function text(value: unknown): string | null {
  const delivered = asDelivered(value);
  return delivered === null || /^(unknown|fail\b.*)$/i.test(delivered) ? null : delivered;
}

function candidText(value: unknown): string | null {
  if (typeof value === 'bigint') return value > 0n ? value.toString() : null;
  if (typeof value === 'number') {
    if (Number.isNaN(value) || value <= 0) return null;
    // A candid that went through a double is another alert's: better none than a wrong one.
    if (!Number.isSafeInteger(value)) throw new Error(`the candid ${value} was rounded by whoever wrote it`);
    return String(value);
  }
  return typeof value === 'string' && /^[1-9]\d*$/.test(value) ? value : null;
}

/** An entry without a date or a filter is no point of a light curve: null. */
function epochOf(record: PacketRecord): Epoch | null {
  const jd = numberOf(record.jd);
  const fid = numberOf(record.fid);
  if (jd === null || fid === null) return null;
  return {
    jd,
    fid,
    magpsf: numberOf(record.magpsf),
    sigmapsf: numberOf(record.sigmapsf),
    diffmaglim: numberOf(record.diffmaglim),
    isdiffpos: asDelivered(record.isdiffpos),
    distnr: numberOf(record.distnr),
    magnr: numberOf(record.magnr),
    sigmagnr: numberOf(record.sigmagnr),
  };
}

function historyOf(value: unknown): Epoch[] {
  const epochs: Epoch[] = [];
  if (!Array.isArray(value)) return epochs;
  for (const entry of value) {
    const record = recordOf(entry);
    const epoch = record === null ? null : epochOf(record);
    if (epoch !== null) epochs.push(epoch);
  }
  return epochs;
}

/** A band that the packet does not carry is a record of nulls; NaN stands for too few points. */
function bandFeaturesOf(value: unknown): BandFeatures | null {
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
}

function stampOf(value: unknown): Uint8Array | null {
  const data = recordOf(value)?.stampData;
  return data instanceof Uint8Array && data.byteLength > 0 ? data : null;
}

const contextOf = (top: PacketRecord, candidate: PacketRecord): AlertContext => ({
  distpsnr1: notNegative(candidate.distpsnr1),
  sgscore1: scoreOf(candidate.sgscore1),
  neargaia: notNegative(candidate.neargaia),
  ndethist: notNegative(candidate.ndethist),
  jdstarthist: notNegative(candidate.jdstarthist),
  tns: text(top.tns),
  vsx: text(top.vsx),
  gaiaName: text(top.DR3Name),
});

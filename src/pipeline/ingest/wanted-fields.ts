import type { Wanted } from './avro/reader.ts';

const keepAll = (names: readonly string[]): Wanted => Object.fromEntries(names.map((name) => [name, true]));

/** What the photometry needs of an epoch. */
export const epochFields = [
  'jd',
  'fid',
  'magpsf',
  'sigmapsf',
  'diffmaglim',
  'isdiffpos',
  'distnr',
  'magnr',
  'sigmagnr',
] as const;

/** What is kept of `candidate` besides the epoch. */
export const candidateFields = [
  'candid',
  'ra',
  'dec',
  'drb',
  'rb',
  'distpsnr1',
  'sgscore1',
  'neargaia',
  'ndethist',
  'jdstarthist',
  'ncovhist',
  'nmtchps',
  'classtar',
  'sharpnr',
  'chinr',
] as const;

/** What is kept of Fink's stored light-curve features. */
export const bandFeatureFields = [
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
] as const;

/** What is kept of the packet's top level, besides its records. */
export const topFields = [
  'objectId',
  'candid',
  'cdsxmatch',
  'roid',
  'tns',
  'vsx',
  'gcvs',
  'DR3Name',
  'Plx',
  'e_Plx',
] as const;

/** What is kept of each point of forced photometry, from ZTF's schema 4.02 on. */
export const forcedFields = ['jd', 'fid', 'magzpsci', 'forcediffimflux', 'forcediffimfluxunc'] as const;

/** A map: the galaxy of the Mangrove catalogue at the position. */
export const mangroveField = 'mangrove';

/** What pandas calls an index without a name: the reference keeps its alerts by candid. */
export const pandasIndex = '__index_level_0__';

export const bandFeatureRecords = ['lc_features_g', 'lc_features_r'] as const;

export const stampRecords = ['cutoutScience', 'cutoutTemplate', 'cutoutDifference'] as const;

/**
 * The fields of a packet that an alert is made of (reference: Fink's ZTF packet), for an Avro reader.
 *
 * @param options.flat light packets of the data-transfer service have the candidate's fields at the top
 */
export const packetFields = (options: { stamps: boolean; flat: boolean }): Wanted => ({
  ...keepAll(topFields),
  ...(options.flat
    ? keepAll([...epochFields, ...candidateFields])
    : { candidate: keepAll([...epochFields, ...candidateFields]) }),
  prv_candidates: keepAll(epochFields),
  fp_hists: keepAll(forcedFields),
  [mangroveField]: true,
  ...Object.fromEntries(bandFeatureRecords.map((name) => [name, keepAll(bandFeatureFields)])),
  ...(options.stamps ? Object.fromEntries(stampRecords.map((name) => [name, { stampData: true }])) : {}),
});

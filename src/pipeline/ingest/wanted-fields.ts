import { BAND_FEATURES } from '../alert.ts';
import type { Wanted } from './avro/reader.ts';

const keepAll = (names: readonly string[]): Wanted => Object.fromEntries(names.map((name) => [name, true]));

/** What the photometry needs of an epoch. */
export const EPOCH_FIELDS = [
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
export const CANDIDATE_FIELDS = [
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

/** What is kept of the packet's top level, besides its records. */
export const TOP_FIELDS = [
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
export const FORCED_FIELDS = ['jd', 'fid', 'magzpsci', 'forcediffimflux', 'forcediffimfluxunc'] as const;

/** A map: the galaxy of the Mangrove catalogue at the position. */
export const MANGROVE_FIELD = 'mangrove';

/** What pandas calls an index without a name: the reference keeps its alerts by candid. */
export const PANDAS_INDEX = '__index_level_0__';

export const BAND_FEATURE_RECORDS = ['lc_features_g', 'lc_features_r'] as const;

export const STAMP_RECORDS = ['cutoutScience', 'cutoutTemplate', 'cutoutDifference'] as const;

/**
 * The fields of a packet that an alert is made of (reference: Fink's ZTF packet), for an Avro reader.
 *
 * @param options.flat light packets of the data-transfer service have the candidate's fields at the top
 */
export const packetFields = (options: { stamps: boolean; flat: boolean }): Wanted => ({
  ...keepAll(TOP_FIELDS),
  ...(options.flat
    ? keepAll([...EPOCH_FIELDS, ...CANDIDATE_FIELDS])
    : { candidate: keepAll([...EPOCH_FIELDS, ...CANDIDATE_FIELDS]) }),
  prv_candidates: keepAll(EPOCH_FIELDS),
  fp_hists: keepAll(FORCED_FIELDS),
  [MANGROVE_FIELD]: true,
  ...Object.fromEntries(BAND_FEATURE_RECORDS.map((name) => [name, keepAll(BAND_FEATURES)])),
  ...(options.stamps ? Object.fromEntries(STAMP_RECORDS.map((name) => [name, { stampData: true }])) : {}),
});

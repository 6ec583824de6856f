import type { Alert, AlertContext, BandFeatures, Candid, Epoch, ObjectId } from '../alert.ts';
import { mjdFromJd } from '../alert.ts';

/** The six light-curve features in a file's `lc_features_g` and `lc_features_r`. */
export const ARCHIVED_BAND_FEATURES = [
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
] as const satisfies readonly (keyof BandFeatures)[];

/**
 * Which columns a file has: 1, the reference's alone; 2, behind them what the feature sets need.
 */
export const ARCHIVE_LAYOUT = 2;

/** Errors and the template's source of each epoch, by their names in the packet. */
export const ARCHIVED_EPOCH_NUMBERS = [
  'sigmapsf',
  'distnr',
  'magnr',
  'sigmagnr',
] as const satisfies readonly (keyof Epoch)[];

/** What the packet says of the place; columns of the file by field of the alert's context. */
export const ARCHIVED_CONTEXT = {
  sgscore1: 'sgscore1',
  distpsnr1: 'distpsnr1',
  nmtchps: 'nmtchps',
  neargaia: 'neargaia',
  jdstarthist: 'jdstarthist',
  ndethist: 'ndethist',
  ncovhist: 'ncovhist',
  classtar: 'classtar',
  sharpnr: 'sharpnr',
  chinr: 'chinr',
  plx: 'Plx',
  plxError: 'e_Plx',
} as const satisfies Partial<Record<keyof AlertContext, string>>;

type ArchivedContext = Pick<AlertContext, keyof typeof ARCHIVED_CONTEXT>;

const CONTEXT_FIELDS = [
  'sgscore1',
  'distpsnr1',
  'nmtchps',
  'neargaia',
  'jdstarthist',
  'ndethist',
  'ncovhist',
  'classtar',
  'sharpnr',
  'chinr',
  'plx',
  'plxError',
] as const satisfies readonly (keyof typeof ARCHIVED_CONTEXT)[];

/** What one row of an archive file is made from. */
export interface ArchivedAlert {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** ICRS degrees. */
  readonly ra: number;
  readonly dec: number;
  readonly drb: number | null;
  /** The current epoch first, then the history. */
  readonly epochs: readonly Epoch[];
  /** The light-curve features in use: the packet's, or computed where it had none. */
  readonly g: BandFeatures;
  readonly r: BandFeatures;
  /** Null until Sherlock has answered. */
  readonly sherlockClass: string | null;
  readonly sepArcsec: number | null;
  readonly context: ArchivedContext;
}

/** Packets also spell the sign as a digit; the reference counts only `t`. */
const SIGNS: Readonly<Record<string, string>> = { '1': 't', '0': 'f' };

type Lists<T> = readonly (readonly T[])[];

/** Some alerts by column, as they go to the worker thread; lists have one entry an epoch. */
export interface ArchiveColumns {
  readonly candid: readonly string[];
  readonly objectId: readonly string[];
  readonly ra: readonly number[];
  readonly dec: readonly number[];
  readonly drb: readonly (number | null)[];
  readonly mjd: Lists<number>;
  readonly mag: Lists<number | null>;
  readonly maglim: Lists<number | null>;
  readonly fid: Lists<number>;
  readonly isdiffpos: Lists<string | null>;
  readonly g: readonly BandFeatures[];
  readonly r: readonly BandFeatures[];
  readonly sherlClass: readonly (string | null)[];
  readonly sepArcsec: readonly (number | null)[];
  /** Behind the reference's columns: numbers of each epoch, and of the alert, by name in the file. */
  readonly epochNumbers: readonly { readonly name: string; readonly values: Lists<number | null> }[];
  readonly numbers: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

export const archiveColumns = (alerts: readonly ArchivedAlert[]): ArchiveColumns => {
  const lists = <T>(pick: (epoch: Epoch) => T): T[][] => alerts.map(({ epochs }) => epochs.map(pick));
  return {
    candid: alerts.map(({ candid }) => candid),
    objectId: alerts.map(({ objectId }) => objectId),
    ra: alerts.map(({ ra }) => ra),
    dec: alerts.map(({ dec }) => dec),
    drb: alerts.map(({ drb }) => drb),
    mjd: lists(({ jd }) => mjdFromJd(jd)),
    mag: lists(({ magpsf }) => magpsf),
    maglim: lists(({ diffmaglim }) => diffmaglim),
    fid: lists(({ fid }) => fid),
    isdiffpos: lists(({ isdiffpos }) => (isdiffpos === null ? null : (SIGNS[isdiffpos] ?? isdiffpos))),
    g: alerts.map(({ g }) => g),
    r: alerts.map(({ r }) => r),
    sherlClass: alerts.map(({ sherlockClass }) => sherlockClass),
    sepArcsec: alerts.map(({ sepArcsec }) => sepArcsec),
    epochNumbers: ARCHIVED_EPOCH_NUMBERS.map((name) => ({ name, values: lists((epoch) => epoch[name]) })),
    numbers: CONTEXT_FIELDS.map((field) => ({
      name: ARCHIVED_CONTEXT[field],
      values: alerts.map(({ context }) => context[field]),
    })),
  };
};

/** An alert read back from an archive file, with the separation that came with it. */
export interface RestoredAlert {
  readonly alert: Alert;
  readonly sepArcsec: number | null;
}

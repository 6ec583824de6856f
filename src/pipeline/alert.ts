/** A ZTF alert id: a 64-bit integer near 3e18, above 2^53, so a decimal string everywhere but at decode. */
export type Candid = string;
/** A ZTF object id such as `ZTF25aapafwq`; simulated ones begin with `SIM`. */
export type ObjectId = string;
/** Julian date, days. */
export type Jd = number;
/** Modified Julian date, days: jd - 2400000.5. */
export type Mjd = number;
/** A number from 0 to 1. */
export type Probability = number;

export const mjdFromJd = (jd: Jd): Mjd => jd - 2_400_000.5;

/** One point of an object's light curve: a detection (magpsf present) or an upper limit (magpsf null). */
export interface Epoch {
  readonly jd: Jd;
  /** ZTF filter: 1 g, 2 r, 3 i. */
  readonly fid: number;
  /** PSF magnitude of the difference image; null for an upper limit. */
  readonly magpsf: number | null;
  readonly sigmapsf: number | null;
  /** 5-sigma limiting magnitude of the difference image. */
  readonly diffmaglim: number | null;
  /** 't' or '1': brighter than the template; 'f' or '0': fainter; null for an upper limit. */
  readonly isdiffpos: string | null;
  /** Distance to the nearest source of the template, pixels. */
  readonly distnr: number | null;
  /** Magnitude of that source; negative means missing. */
  readonly magnr: number | null;
  readonly sigmagnr: number | null;
}

/** A point of an object's whole light curve, as Fink's archive keeps it: a detection or an upper limit. */
export type HistoryPoint = Pick<Epoch, 'jd' | 'fid' | 'magpsf' | 'sigmapsf' | 'diffmaglim' | 'isdiffpos'>;

/** Flux measured at the known position whatever was seen there (`fp_hists`, from ZTF's schema 4.02 on). */
export interface ForcedPoint {
  readonly jd: Jd;
  readonly fid: number;
  /** Flux in the difference image and its error, data numbers; negative: fainter than the template. */
  readonly flux: number | null;
  readonly fluxError: number | null;
  /** Magnitude of one data number. */
  readonly zeroPoint: number | null;
}

export const BAND_FEATURES = [
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
] as const;

/** The six light-curve features of one band as Fink names them; null where the band has too few points. */
export type BandFeatures = Readonly<Record<(typeof BAND_FEATURES)[number], number | null>>;

/**
 * The three 63x63 cutouts as delivered: gzip of a FITS file each; null where the packet has none. They may be
 * views of the bytes that the packet came in, which stay in memory as long as they do: copy to keep one.
 */
export interface Stamps {
  readonly science: Uint8Array | null;
  readonly template: Uint8Array | null;
  readonly difference: Uint8Array | null;
}

/**
 * What a labeller or a card may want from the packet beside the photometry; null where the packet has
 * nothing, however it spells that ('nan', '', -999, ...).
 */
export interface AlertContext {
  /** Distance to the nearest Pan-STARRS source, arcsec, and its star/galaxy score (1 star, 0 galaxy). */
  readonly distpsnr1: number | null;
  readonly sgscore1: number | null;
  /** Distance to the nearest Gaia source, arcsec. */
  readonly neargaia: number | null;
  /** Detections at this position since the survey began, this one included, and the first one's date. */
  readonly ndethist: number | null;
  readonly jdstarthist: Jd | null;
  /** Number of times this position was looked at since the survey began. */
  readonly ncovhist: number | null;
  /** Pan-STARRS sources within 30 arcsec. */
  readonly nmtchps: number | null;
  /** SExtractor's star/galaxy score of the difference image, 0 to 1. */
  readonly classtar: number | null;
  /** DAOPhot's sharp and chi of the template's nearest source. */
  readonly sharpnr: number | null;
  readonly chinr: number | null;
  /** Gaia parallax and its error, mas. */
  readonly plx: number | null;
  readonly plxError: number | null;
  readonly tns: string | null;
  readonly vsx: string | null;
  /** Type in the General Catalogue of Variable Stars. */
  readonly gcvs: string | null;
  readonly gaiaName: string | null;
  /** The galaxy of the Mangrove catalogue that it may be in, and that one's luminosity distance, Mpc. */
  readonly mangroveName: string | null;
  readonly mangroveMpc: number | null;
}

/** The context of an alert whose source has none. */
export const NO_CONTEXT: AlertContext = {
  distpsnr1: null,
  sgscore1: null,
  neargaia: null,
  ndethist: null,
  jdstarthist: null,
  ncovhist: null,
  nmtchps: null,
  classtar: null,
  sharpnr: null,
  chinr: null,
  plx: null,
  plxError: null,
  tns: null,
  vsx: null,
  gcvs: null,
  gaiaName: null,
  mangroveName: null,
  mangroveMpc: null,
};

/** The part of a Fink packet that is kept: one per candid. */
export interface Alert {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  readonly jd: Jd;
  /** ICRS degrees. */
  readonly ra: number;
  readonly dec: number;
  readonly fid: number;
  readonly magpsf: number;
  readonly sigmapsf: number | null;
  /** Deep-learning real/bogus score, 0 to 1; null in very old packets. */
  readonly drb: Probability | null;
  readonly rb: Probability | null;
  /** Fink's Solar System flag; 3 is a known asteroid. */
  readonly roid: number | null;
  /** SIMBAD type at the position, 'Unknown' when there is none, as delivered ('Fail ...' included). */
  readonly cdsxmatch: string | null;
  readonly context: AlertContext;
  /** The current epoch first, then the history of up to 30 days in the packet's order. */
  readonly epochs: readonly Epoch[];
  /** Forced photometry of those 30 days, oldest first; absent where the packet has none. */
  readonly forced?: readonly ForcedPoint[];
  /** Features stored in the packet; null for a band (or packet) that carries none. */
  readonly storedFeatures: { readonly g: BandFeatures | null; readonly r: BandFeatures | null };
  readonly stamps: Stamps;
}

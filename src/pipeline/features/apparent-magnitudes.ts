import type { Epoch } from '../alert.ts';

/** A magnitude with its error. */
export interface Magnitude {
  readonly magnitude: number;
  readonly sigma: number;
}

/** Largest distance of the template's source, pixels, at which it is taken for the alert's own source. */
const OWN_SOURCE_PIXELS = 1.5;
/** 2.5 / ln 10 as Fink rounds it: a relative flux error times this is a magnitude error. */
const MAG_PER_RELATIVE_FLUX = 1.0857;

/**
 * Whether a light curve is to be read as that of a variable source that the template already shows: any
 * epoch with 0 <= distnr <= 1.5 pixels. Fink decides this once for all epochs and bands.
 */
export const hasTemplateSource = (epochs: readonly Epoch[]): boolean => {
  return epochs.some(({ distnr }) => distnr !== null && distnr >= 0 && distnr <= OWN_SOURCE_PIXELS);
};

/** Whether the source is brighter than in the template; the alert stream writes 't' or '1'. */
export const isPositive = (isdiffpos: string | null): boolean => isdiffpos === 't' || isdiffpos === '1';

/** Whether it is fainter than in the template: 'f' or '0'. */
export const isNegative = (isdiffpos: string | null): boolean => isdiffpos === 'f' || isdiffpos === '0';

/**
 * Apparent ("DC") magnitude of a detection: the template source's flux plus (isdiffpos 't' or '1') or minus
 * the difference flux. f = 10^(-0.4 magpsf), fr = 10^(-0.4 magnr), F = fr +- f, m = -2.5 log10 F,
 * sigma = 1.0857 sqrt((sigmapsf f / 1.0857)^2 + (sigmagnr fr / 1.0857)^2) / F.
 *
 * Null where a magnitude is missing (magnr < 0 included), the sign is not known, or F is not positive. Source: Fink's
 * `dc_mag` (fink-science, after Masci et al. 2019, PASP 131, 018003).
 */
export const apparentMagnitude = (epoch: Epoch): Magnitude | null => {
  const { magpsf, sigmapsf, magnr, sigmagnr } = epoch;
  if (magpsf === null || sigmapsf === null || magnr === null || magnr < 0 || sigmagnr === null) return null;
  if (epoch.isdiffpos === null) return null;
  const difference = 10 ** (-0.4 * magpsf);
  const reference = 10 ** (-0.4 * magnr);
  const flux = isPositive(epoch.isdiffpos) ? reference + difference : reference - difference;
  if (!(flux > 0)) return null;
  const fluxError = Math.hypot(
    (sigmapsf * difference) / MAG_PER_RELATIVE_FLUX,
    (sigmagnr * reference) / MAG_PER_RELATIVE_FLUX,
  );
  return { magnitude: -2.5 * Math.log10(flux), sigma: (MAG_PER_RELATIVE_FLUX * fluxError) / flux };
};

import type { FeatureName } from '../../pipeline/features/feature-names.ts';

/** What each feature is called on a card. */
export const FEATURE_WORDS: Readonly<Record<FeatureName, string>> = {
  ra: 'right ascension',
  dec: 'declination',
  drb: 'real/bogus',
  ndets: 'detections',
  nnondets: 'upper limits',
  dets_median: 'median magnitude',
  dets_std: 'scatter of magnitudes',
  sep_arcsec: 'host separation',
  amplitude: 'amplitude g',
  linear_fit_reduced_chi2: 'χ² of a line g',
  linear_fit_slope: 'slope g',
  linear_fit_slope_sigma: 'slope error g',
  median: 'median g',
  median_absolute_deviation: 'deviation g',
  amplituder_: 'amplitude r',
  linear_fit_reduced_chi2r_: 'χ² of a line r',
  linear_fit_sloper_: 'slope r',
  linear_fit_slope_sigmar_: 'slope error r',
  medianr_: 'median r',
  median_absolute_deviationr_: 'deviation r',
  ebv: 'E(B−V)',
};

const words: Readonly<Record<string, string>> = FEATURE_WORDS;

/** The name of a feature in words; as it is where it is none of ours. */
export const featureWords = (name: string): string => words[name] ?? name;

/**
 * The 21 feature columns in the reference's order and spelling. Unsuffixed light-curve columns are g
 * band, `r_` columns are r band.
 */
export const FEATURE_NAMES = [
  'ra',
  'dec',
  'drb',
  'ndets',
  'nnondets',
  'dets_median',
  'dets_std',
  'sep_arcsec',
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
  'amplituder_',
  'linear_fit_reduced_chi2r_',
  'linear_fit_sloper_',
  'linear_fit_slope_sigmar_',
  'medianr_',
  'median_absolute_deviationr_',
  'ebv',
] as const;

export type FeatureName = (typeof FEATURE_NAMES)[number];

/** One alert's features; null is missing. */
export type Features = Readonly<Record<FeatureName, number | null>>;

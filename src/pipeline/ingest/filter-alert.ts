import type { Alert } from '../alert.ts';

export type CriterionName = 'cdsxmatch' | 'roid' | 'magpsf' | 'drb';

export interface Criterion {
  readonly name: CriterionName;
  /** The criterion in words. */
  readonly wording: string;
  readonly holds: (alert: Alert) => boolean;
}

/**
 * The criteria of Fink's fink_vra_ztf filter, in the order in which they are tried. (Fink has cut nbad,
 * rb and fid before any of its filters.) Source: astrolabsoftware/fink-filters, filter_vra_ztf.
 */
export const criteria: readonly Criterion[] = [
  {
    name: 'cdsxmatch',
    wording: 'no SIMBAD source at the position (cdsxmatch is Unknown)',
    holds: (alert) => alert.cdsxmatch === 'Unknown',
  },
  { name: 'roid', wording: 'not a known asteroid (roid is not 3)', holds: (alert) => alert.roid !== 3 },
  { name: 'magpsf', wording: 'fainter than magnitude 19.5 (magpsf)', holds: (alert) => alert.magpsf > 19.5 },
  {
    name: 'drb',
    wording: 'deep-learning score above 0.5 (drb)',
    holds: (alert) => alert.drb !== null && alert.drb > 0.5,
  },
];

/** The first criterion that the alert fails; null when it passes them all. A missing drb fails drb. */
export const failedCriterion = (alert: Alert): CriterionName | null =>
  criteria.find((criterion) => !criterion.holds(alert))?.name ?? null;

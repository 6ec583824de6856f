import type { Probability } from '../../alert.ts';
import type { Drawn } from '../strategies/select-candidates.ts';

/** What the estimators need to know of a label and how it was drawn, in the order drawn. */
export interface DrawnLabel {
  readonly y: 0 | 1;
  readonly drawn: Drawn;
  /** Probability with which it was drawn among the `poolSize` not yet drawn; null when not by chance. */
  readonly q: Probability | null;
  readonly poolSize: number;
}

/**
 * How much each label counts. When all were drawn by chance: the weights of the levelled unbiased risk
 * estimator (Farquhar et al. 2021, arXiv 2101.11665), for label m of M from a pool of N
 *
 *   v_m = max(0, 1 + (N - M) / (N - m) * (1 / ((N - m + 1) q_m) - 1)),
 *
 * where N - m + 1 is the label's `poolSize`: with a stream of alerts each label's pool is the snapshot from
 * which it was drawn. A label drawn uniformly weighs 1. When some were not drawn by chance: 1 for those drawn
 * at random, 0 for the others.
 */
export const labelWeights = (labels: readonly DrawnLabel[]): Float64Array => {
  if (!allByChance(labels)) return Float64Array.from(labels, ({ drawn }) => (drawn === 'random' ? 1 : 0));
  return Float64Array.from(labels, ({ q, poolSize }, i) => {
    if (q === null || poolSize < 2) return 1;
    const undrawn = Math.max(0, poolSize - (labels.length - i));
    return Math.max(0, 1 + (undrawn / (poolSize - 1)) * (1 / (poolSize * q) - 1));
  });
};

/** Whether every label was drawn with a known probability. */
export const allByChance = (labels: readonly DrawnLabel[]): boolean => labels.every(({ q }) => q !== null);

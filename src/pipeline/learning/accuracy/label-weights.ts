import type { Probability } from '../../alert.ts';
import type { Drawn } from '../strategies/run-strategy.ts';

/** What the estimators need to know of a label and how it was drawn, in the order drawn. */
export interface DrawnLabel {
  readonly y: 0 | 1;
  readonly drawn: Drawn;
  /** Probability with which it was drawn among the `poolSize` not yet drawn; null when not by chance. */
  readonly q: Probability | null;
  readonly poolSize: number;
}

/**
 * How much each label counts: the weights of the levelled unbiased risk estimator (Farquhar et al. 2021,
 * arXiv 2101.11665), for label m of the M drawn with a known chance, from a pool of N
 *
 *   v_m = max(0, 1 + (N - M) / (N - m) * (1 / ((N - m + 1) q_m) - 1)),
 *
 * where N - m + 1 is the label's `poolSize`: with a stream of alerts each label's pool is the snapshot from
 * which it was drawn. A label drawn uniformly weighs 1. One without a known chance (chosen for being uncertain,
 * imported) weighs 0 and is not counted in M: it left the pool before the others were drawn, and says nothing
 * about the rest.
 */
export const labelWeights = (labels: readonly DrawnLabel[]): Float64Array => {
  let left = labels.filter(isByChance).length;
  return Float64Array.from(labels, (label) => {
    if (!isByChance(label)) return 0;
    const { q, poolSize } = label;
    const undrawn = Math.max(0, poolSize - left);
    left -= 1;
    return poolSize < 2 ? 1 : Math.max(0, 1 + (undrawn / (poolSize - 1)) * (1 / (poolSize * q) - 1));
  });
};

/** Whether a label was drawn with a known probability. */
export const isByChance = <Label extends Pick<DrawnLabel, 'q'>>(
  label: Label,
): label is Label & { readonly q: Probability } => label.q !== null;

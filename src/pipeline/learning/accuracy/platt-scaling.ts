import type { Probability } from '../../alert.ts';
import { type DrawnLabel, isByChance, labelWeights } from './label-weights.ts';

/**
 * Labels from which scaling lowered the Brier score of held-out objects in simulation (docs/learning.md);
 * below, it did not.
 */
const LEAST_LABELS = 50;

/**
 * The scaling of a round's probabilities for people to read, from its labels and their out-of-bag
 * probabilities. Null below 50 labels drawn by chance; the others are not used: from labels that a strategy
 * picked for being hard, scaling would learn that everything is hard. Never used to choose.
 */
export const roundCalibration = (
  labels: readonly DrawnLabel[],
  outOfBag: ArrayLike<number>,
): PlattScaling | null =>
  labels.filter(isByChance).length < LEAST_LABELS
    ? null
    : fitPlattScaling(
        labels.map(({ y }) => y),
        outOfBag,
        labelWeights(labels),
      );

/** P(class 1) = 1 / (1 + exp(-(slope logit(p) + offset))). Slope above 0: the order of probabilities stays. */
export interface PlattScaling {
  readonly slope: number;
  readonly offset: number;
}

/** Probabilities nearer to 0 or 1 than this have no finite logit in a forest of a few hundred trees. */
const EDGE = 0.002;

/** Weight of the prior that the probabilities are right as they are: few labels say little against it. */
const PRIOR = 5;

/**
 * Platt scaling (Platt 1999; smoothed targets and Newton steps with a line search as Lin et al. 2007, Mach.
 * Learn. 68, 267) with a Gaussian prior around no scaling, on the logit of out-of-bag probabilities, each label with its weight. NaN probabilities
 * are left out. Null when one class is missing, or when the slope comes out negative: such probabilities do
 * not tell the classes apart, and there is nothing to scale.
 */
export const fitPlattScaling = (
  y: ArrayLike<number>,
  p: ArrayLike<number>,
  weights: ArrayLike<number>,
): PlattScaling | null => {
  const rows = Array.from({ length: y.length }, (_, i) => ({
    y: y[i] ?? 0,
    z: logit(p[i] ?? Number.NaN),
    w: weights[i] ?? 0,
  })).filter(({ z, w }) => !Number.isNaN(z) && w > 0);
  const positive = rows.reduce((sum, { y: label, w }) => sum + (label === 1 ? w : 0), 0);
  const negative = rows.reduce((sum, { y: label, w }) => sum + (label === 1 ? 0 : w), 0);
  if (positive === 0 || negative === 0) return null;
  const targets = rows.map(({ y: label }) =>
    label === 1 ? (positive + 1) / (positive + 2) : 1 / (negative + 2),
  );
  const loss = (slope: number, offset: number): number =>
    rows.reduce(
      (sum, { z, w }, i) => {
        const f = slope * z + offset;
        // ln(1 + e^f) - t f, without overflow.
        return sum + w * (Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f))) - (targets[i] ?? 0) * f);
      },
      (PRIOR / 2) * ((slope - 1) ** 2 + offset ** 2),
    );
  let slope = 1;
  let offset = 0;
  for (let step = 0; step < 100; step++) {
    let gradientSlope = PRIOR * (slope - 1);
    let gradientOffset = PRIOR * offset;
    let h11 = PRIOR;
    let h12 = 0;
    let h22 = PRIOR;
    rows.forEach(({ z, w }, i) => {
      const q = 1 / (1 + Math.exp(-(slope * z + offset)));
      const error = w * (q - (targets[i] ?? 0));
      const curvature = w * q * (1 - q);
      gradientSlope += error * z;
      gradientOffset += error;
      h11 += curvature * z * z;
      h12 += curvature * z;
      h22 += curvature;
    });
    if (Math.hypot(gradientSlope, gradientOffset) < 1e-9 * rows.length) break;
    const determinant = h11 * h22 - h12 * h12;
    const toSlope = -(h22 * gradientSlope - h12 * gradientOffset) / determinant;
    const toOffset = -(h11 * gradientOffset - h12 * gradientSlope) / determinant;
    const before = loss(slope, offset);
    let length = 1;
    while (length > 1e-10 && !(loss(slope + length * toSlope, offset + length * toOffset) < before))
      length /= 2;
    if (length <= 1e-10) break;
    slope += length * toSlope;
    offset += length * toOffset;
  }
  return slope > 0 ? { slope, offset } : null;
};

/** A probability for people to read. */
export const scaledProbability = ({ slope, offset }: PlattScaling, p: Probability): Probability =>
  1 / (1 + Math.exp(-(slope * logit(p) + offset)));

const logit = (p: number): number => {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, p));
  return Math.log(inside / (1 - inside));
};

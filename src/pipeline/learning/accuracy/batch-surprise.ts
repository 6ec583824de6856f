import type { Probability } from '../../alert.ts';
import { predictedClass } from './decision.ts';

/** A batch of answers beside what the model that chose them expected. */
export interface BatchSurprise {
  readonly n: number;
  /** Answers that agreed with the model, and how many it expected to. */
  readonly agreed: number;
  readonly expected: number;
  /** Probability of so few agreeing, or fewer, if the model's probabilities were right. */
  readonly chance: Probability;
  /** Whether that is too little for chance. */
  readonly surprising: boolean;
}

/**
 * A batch less probable than this disagrees more than chance explains. On streams that stay the same (ATLAS,
 * real alerts with two feature sets; bench surprise) that happens to 0.2 to 1.8 % of the batches: fewer than
 * this, because a forest is right more often than its probabilities say.
 */
const SURPRISING: Probability = 0.05;

/** An answer, and P(class 1) by the model that asked for it: as it is, and what it is worth (scaled). */
export interface ExpectedAnswer {
  readonly y: 0 | 1;
  readonly probabilityBefore: Probability | null;
  readonly believed: Probability | null;
}

/**
 * How surprising a batch is. If the model's probabilities are right, each answer agrees with the predicted
 * class with that probability, independently of the others. So the number that agree is Poisson-binomial
 * (computed exactly). New objects
 * unlike those that the model has learnt from agree less often. Null when no answer had a probability before.
 * @param threshold of P(class 1) from which that model predicted class 1
 */
export const batchSurprise = (
  answers: readonly ExpectedAnswer[],
  threshold: Probability,
): BatchSurprise | null => {
  // chances[k]: that k of the answers so far agree.
  let chances = [1];
  let agreed = 0;
  let expected = 0;
  let n = 0;
  for (const { y, probabilityBefore: p, believed } of answers) {
    if (p === null || believed === null) continue;
    const taken = predictedClass(p, threshold);
    const sure = taken === 1 ? believed : 1 - believed;
    if (y === taken) agreed += 1;
    expected += sure;
    n += 1;
    chances = [...chances, 0].map((chance, k) => chance * (1 - sure) + (chances[k - 1] ?? 0) * sure);
  }
  if (n === 0) return null;
  const chance = chances.slice(0, agreed + 1).reduce((sum, one) => sum + one, 0);
  return { n, agreed, expected, chance, surprising: chance < SURPRISING };
};

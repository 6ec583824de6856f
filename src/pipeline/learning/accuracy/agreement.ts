import type { Probability } from '../../alert.ts';
import { type Interval, wilsonInterval } from './accuracy-interval.ts';
import { predictedClass } from './decision.ts';

/**
 * Cohen's kappa of two raters' answers to the same items: (agreement - chance) / (1 - chance), chance from
 * each rater's own frequencies (Cohen 1960, Educ. Psychol. Meas. 20, 37). 1 is perfect, 0 is chance. When
 * both give one and the same answer throughout, chance already explains everything: 1. Null without items.
 */
export const cohenKappa = (a: ArrayLike<number | string>, b: ArrayLike<number | string>): number | null => {
  if (a.length !== b.length) throw new RangeError(`${a.length} answers against ${b.length}.`);
  const n = a.length;
  if (n === 0) return null;
  const counts = new Map<number | string, [number, number]>();
  const countOf = (answer: number | string): [number, number] => {
    const found = counts.get(answer) ?? [0, 0];
    counts.set(answer, found);
    return found;
  };
  let same = 0;
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i] ?? '', b[i] ?? ''];
    if (x === y) same += 1;
    countOf(x)[0] += 1;
    countOf(y)[1] += 1;
  }
  const observed = same / n;
  let chance = 0;
  for (const [countA, countB] of counts.values()) chance += (countA * countB) / (n * n);
  return chance === 1 ? 1 : (observed - chance) / (1 - chance);
};

export interface AgreementBefore {
  /** Answers that had a probability before they were given. */
  readonly n: number;
  readonly agreed: number;
  readonly rate: number;
  readonly interval: Interval;
}

/**
 * How often the model that chose a batch already agreed with the answers to it: a measure of the batch's
 * difficulty, not of the model's accuracy (0.5 to 0.6 is what a good query by uncertainty looks like). Null
 * when no answer had a probability before.
 * @param threshold of P(class 1) from which that model predicted class 1
 */
export const agreementBefore = (
  answers: readonly { readonly y: 0 | 1; readonly probabilityBefore: Probability | null }[],
  threshold: Probability,
): AgreementBefore | null => {
  const predicted = answers.filter((answer) => answer.probabilityBefore !== null);
  const n = predicted.length;
  if (n === 0) return null;
  const agreed = predicted.filter((a) => predictedClass(a.probabilityBefore ?? 0, threshold) === a.y).length;
  return { n, agreed, rate: agreed / n, interval: wilsonInterval(agreed / n, n) };
};

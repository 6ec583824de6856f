import type { Probability } from '../../alert.ts';
import type { Interval } from './accuracy-interval.ts';

/** How a probability becomes a class (`DECISION`). */
export const DECISION_RULES = ['accuracy', 'balanced'] as const;

/**
 * - `accuracy`: class 1 from one half upwards, which is right most often
 * - `balanced`: class 1 from the mean probability of all objects upwards, so that of a rare class as large a share is
 *   found as of the other
 */
export type DecisionRule = (typeof DECISION_RULES)[number];

export const DEFAULT_DECISION: DecisionRule = 'accuracy';

/** From one half on the one class is the likelier: what the rule `accuracy` decides by. */
export const ONE_HALF: Probability = 0.5;

/** A rule, and the probability that it came to on a model's objects: from there on one is taken for class 1. */
export interface ModelDecision {
  readonly rule: DecisionRule;
  readonly threshold: Probability;
}

/** The class of a probability: the one rule by which a model is right or wrong anywhere. */
export const predictedClass = (p: Probability, threshold: Probability): 0 | 1 => (p >= threshold ? 1 : 0);

/** What a rule comes to. @param objects P(class 1) of all objects by the model */
export const decisionOn = (rule: DecisionRule, objects: ArrayLike<Probability>): ModelDecision => ({
  rule,
  threshold: decisionThreshold(rule, objects),
});

/** The probability from which an object is taken for class 1. @param objects P(class 1) of all objects */
export const decisionThreshold = (rule: DecisionRule, objects: ArrayLike<Probability>): Probability => {
  if (rule === 'accuracy' || objects.length === 0) return ONE_HALF;
  let sum = 0;
  for (let i = 0; i < objects.length; i++) sum += objects[i] ?? 0;
  return sum / objects.length;
};

const Z_95 = 1.959963984540054;

const around = (value: number, variance: number): Interval => {
  const half = Z_95 * Math.sqrt(variance);
  return { low: Math.max(0, value - half), high: Math.min(1, value + half) };
};

/** One right and one wrong added, for ten that are all right do not show that none ever will not be. */
const shareVariance = (share: number, n: number): number => {
  const kept = (share * n + 1) / (n + 2);
  return (kept * (1 - kept)) / (n + 2);
};

/** 95 % of a balanced accuracy whose recalls are known from so many labels of each class, effective ones. */
export const balancedInterval = (
  { recall, specificity }: { readonly recall: number; readonly specificity: number },
  { positive, negative }: { readonly positive: number; readonly negative: number },
): Interval =>
  around(
    (recall + specificity) / 2,
    (shareVariance(recall, positive) + shareVariance(specificity, negative)) / 4,
  );

/**
 * 95 % of an ROC-AUC of so many labels of each class (Hanley and McNeil 1982, Radiology 143, 29), kept off 1 as
 * `balancedInterval` keeps its recalls.
 */
export const aucInterval = (
  auc: number,
  { positive, negative }: { readonly positive: number; readonly negative: number },
): Interval => {
  const a = Math.min(auc, 1 - 0.5 / (positive + negative + 2));
  const q1 = a / (2 - a);
  const q2 = (2 * a * a) / (1 + a);
  const variance =
    (a * (1 - a) + Math.max(0, positive - 1) * (q1 - a * a) + Math.max(0, negative - 1) * (q2 - a * a)) /
    Math.max(1, positive * negative);
  return around(auc, Math.max(0, variance));
};

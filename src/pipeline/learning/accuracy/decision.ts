import type { Probability } from '../../alert.ts';
import type { Interval } from './accuracy-interval.ts';

/** How a probability becomes a class (`DECISION`). */
export const DECISION_RULES = ['accuracy', 'balanced'] as const;

/**
 * - `accuracy`: class 1 from one half upwards, which is right most often
 * - `balanced`: class 1 from the mean probability of all objects upwards, so that a rare class is found about
 * as completely as the other
 */
export type DecisionRule = (typeof DECISION_RULES)[number];

export const DEFAULT_DECISION: DecisionRule = 'accuracy';

/** The threshold of the rule `accuracy`: from one half on, class 1 is the likelier. */
export const ONE_HALF: Probability = 0.5;

/** A rule, and the threshold that it gave on a model's objects: class 1 from there upwards. */
export interface ModelDecision {
  readonly rule: DecisionRule;
  readonly threshold: Probability;
}

/** The class of a probability: the one rule by which a model is right or wrong anywhere. */
export const predictedClass = (p: Probability, threshold: Probability): 0 | 1 => (p >= threshold ? 1 : 0);

/** A rule with its threshold. @param objects P(class 1) of all objects by the model */
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

/** One right and one wrong are added: ten that are all right do not prove that none will ever be wrong. */
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

import { z } from 'zod';
import { DECISION_RULES } from '../../pipeline/learning/accuracy/decision.ts';
import type { RoundEvaluation } from '../../pipeline/learning/accuracy/round-evaluation.ts';
import { type FrozenRound, frozenRoundSchema } from '../reports/frozen-round.ts';

const share = z.number().min(0).max(1);

const reportSchema = z.object({
  /** Labels with a class so far, of all rounds; of class 1 and of class 0 of the round's model type. */
  labels: z.number(),
  positive: z.number(),
  negative: z.number(),
  /** Skipped candidates of this round. */
  skipped: z.number(),
  /** Why no model was trained, in words for the channel; null when one was. */
  untrained: z.string().nullable(),
  /** Share of all candidates so far that were left without a class; not in older reports. */
  withoutClass: share.nullish(),
  engine: z.string(),
  /** Labels of others that the model was trained on beside the team's own; not in older reports. */
  others: z.number().nullish(),
  seconds: z.number(),
  /** Accuracy on labels the model had not seen. */
  honest: z
    .object({
      accuracy: share,
      low: share,
      high: share,
      /** The labels drawn with a known chance, each weighed to stand for the pool; or all of those uniform. */
      estimator: z.enum(['weighted', 'random-labels']),
      /** Labels it was measured on, and how many equally weighted ones they are worth. */
      n: z.number(),
      nEff: z.number(),
      /** All objects that the accuracy is of, the labelled ones and the pool; not in older reports. */
      objects: z.number().nullish(),
      majorityRate: share,
      balancedAccuracy: share.nullable(),
      /** 95 % of the balanced accuracy and of the ROC-AUC; not in older reports. */
      balancedInterval: z.object({ low: share, high: share }).nullish(),
      aucInterval: z.object({ low: share, high: share }).nullish(),
      /** The rule by which a probability became a class, and from which on it was class 1; not in older reports. */
      decision: z.object({ rule: z.enum(DECISION_RULES), threshold: share }).nullish(),
      precision: share.nullable(),
      recall: share.nullable(),
      f1: share.nullable(),
      rocAuc: share.nullable(),
      brier: share.nullable(),
    })
    .nullable(),
  /** The rule by which probabilities became classes; absent in older reports. */
  decision: z.object({ rule: z.enum(DECISION_RULES), threshold: share }).nullish(),
  trainingAccuracy: share.nullable(),
  /** Permutation importances, largest first: drop of the out-of-bag ROC-AUC. */
  importance: z
    .array(
      z.object({
        features: z.array(z.string()),
        drop: z.number(),
        standardError: z.number(),
        withinNoise: z.boolean(),
      }),
    )
    .nullish(),
  /** Cohen's kappa of this model with the one before on a fixed random part of the unlabelled objects. */
  kappa: z.number().nullish(),
  /** Whether kappa has been so high for so long that more labels would change little. */
  stopAdvised: z.boolean().nullish(),
  /** How many of this round's blind answers the model that chose it had right. */
  before: z.object({ agreed: z.number(), n: z.number() }).nullable(),
  /**
   * How many of this round's blind answers the choosing model expected to get right, if fewer agreed than
   * chance explains; else null.
   */
  surprise: z.object({ agreed: z.number(), n: z.number(), expected: z.number() }).nullish(),
  /** The honest accuracy of the model before this one. */
  previousAccuracy: share.nullable(),
  /** Labels by truth and prediction as `honest` has them of all objects, scaled to its `n`: not whole. */
  confusion: z
    .object({
      truePositive: z.number(),
      falsePositive: z.number(),
      trueNegative: z.number(),
      falseNegative: z.number(),
    })
    .nullish(),
  /** The round's label that the model which chose it, or else the new one unseen, got most wrong. */
  hardest: z
    .object({
      objectId: z.string(),
      candid: z.string(),
      positive: z.boolean(),
      /** As people are told it. */
      p: share,
      /** Whether it is of the new model, for want of one before; not in older reports. */
      unseen: z.boolean().nullish(),
    })
    .nullish(),
  /** What the round's answers had come to when it closed; not in older reports. */
  frozen: frozenRoundSchema.nullish(),
});

/** What a closed round's report says; kept as JSON with the round, and never changed. */
export type RoundReport = z.infer<typeof reportSchema>;

/** What a closed round's answers had come to, by its row; null while it is open, and of older versions. */
export const frozenOf = ({ report }: { readonly report: string | null }): FrozenRound | null =>
  report === null ? null : (parseRoundReport(report).frozen ?? null);

export const parseRoundReport = (text: string): RoundReport => reportSchema.parse(JSON.parse(text));

export const reportFromEvaluation = (
  evaluation: RoundEvaluation,
  round: Pick<
    RoundReport,
    | 'skipped'
    | 'others'
    | 'surprise'
    | 'withoutClass'
    | 'engine'
    | 'seconds'
    | 'previousAccuracy'
    | 'hardest'
    | 'importance'
    | 'kappa'
    | 'stopAdvised'
  >,
): RoundReport => ({
  ...round,
  labels: evaluation.labels,
  positive: evaluation.positive,
  negative: evaluation.negative,
  untrained: null,
  honest:
    evaluation.honest === null
      ? null
      : {
          accuracy: evaluation.honest.accuracy,
          low: evaluation.honest.interval.low,
          high: evaluation.honest.interval.high,
          estimator: evaluation.honest.estimator,
          n: evaluation.honest.n,
          nEff: evaluation.honest.nEff,
          objects: evaluation.honest.objects,
          majorityRate: evaluation.honest.majorityRate,
          balancedAccuracy: evaluation.honest.metrics.balancedAccuracy,
          precision: evaluation.honest.metrics.precision,
          recall: evaluation.honest.metrics.recall,
          f1: evaluation.honest.metrics.f1,
          balancedInterval: evaluation.honest.balancedInterval,
          aucInterval: evaluation.honest.aucInterval,
          decision: evaluation.honest.decision,
          rocAuc: evaluation.honest.metrics.rocAuc,
          brier: evaluation.honest.metrics.brier,
        },
  confusion: evaluation.honest?.metrics.confusion ?? null,
  decision: evaluation.decision,
  trainingAccuracy: evaluation.trainingAccuracy,
  before: evaluation.before === null ? null : { agreed: evaluation.before.agreed, n: evaluation.before.n },
});

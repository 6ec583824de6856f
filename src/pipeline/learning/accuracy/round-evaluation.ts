import type { ObjectId, Probability } from '../../alert.ts';
import { type AgreementBefore, agreementBefore } from './agreement.ts';
import {
  DEFAULT_DECISION,
  type DecisionRule,
  decisionOn,
  type ModelDecision,
  ONE_HALF,
  predictedClass,
} from './decision.ts';
import { allObjects, type HonestAccuracy, honestAccuracy } from './honest-accuracy.ts';
import type { DrawnLabel } from './label-weights.ts';

/** A label with a class, with how its candidate was chosen (see `ChosenCandidate`). */
export interface EvaluatedLabel extends DrawnLabel {
  readonly objectId: ObjectId;
  /** Number of the round in which it was made. */
  readonly round: number;
  /** P(class 1) by the model that chose it; null in the first round. */
  readonly probabilityBefore: Probability | null;
  /** Whether none of its labellers could have seen that probability; absent means true. */
  readonly blind?: boolean;
}

export interface RoundEvaluationInput {
  /** All labels that the model was trained on, of all rounds, in the order drawn. */
  readonly labels: readonly EvaluatedLabel[];
  /** P(class 1) of each label from trees that saw no alert of its object; NaN where there is none. */
  readonly outOfBag: ArrayLike<number>;
  /** P(class 1) of each label by the whole model, which was trained on it. */
  readonly training: ArrayLike<number>;
  /** P(class 1) of the objects without a label, by the whole model. */
  readonly pool?: ArrayLike<number>;
  /** How a probability becomes a class. */
  readonly decision?: DecisionRule;
  /** From which probability on the model that chose the latest round took an object for class 1; else one half. */
  readonly thresholdBefore?: Probability;
}

export type { HonestAccuracy } from './honest-accuracy.ts';

/** What a round reports. */
export interface RoundEvaluation {
  readonly labels: number;
  /** Labels of class 1, and of class 0. */
  readonly positive: number;
  readonly negative: number;
  /** The rule by which probabilities become classes. */
  readonly decision: ModelDecision;
  /** Null while no label that counts has an out-of-bag prediction. */
  readonly honest: HonestAccuracy | null;
  /** Share of labels that the model reproduces after training on them: the reference's figure, for parity. */
  readonly trainingAccuracy: Probability | null;
  /** How often the blind answers of the latest round agreed with the model that chose them: its difficulty. */
  readonly before: AgreementBefore | null;
}

/** Evaluates a round's model. */
export const evaluateRound = ({
  labels,
  outOfBag,
  training,
  pool = [],
  decision: rule = DEFAULT_DECISION,
  thresholdBefore = ONE_HALF,
}: RoundEvaluationInput): RoundEvaluation => {
  if (outOfBag.length !== labels.length || training.length !== labels.length) {
    throw new RangeError(
      `${labels.length} labels, ${outOfBag.length} out-of-bag and ${training.length} training probabilities.`,
    );
  }
  const positive = labels.filter((label) => label.y === 1).length;
  const decision = decisionOn(rule, allObjects(outOfBag, pool));
  const hits = labels.filter(
    (label, i) => predictedClass(training[i] ?? 0, decision.threshold) === label.y,
  ).length;
  const latest = labels.reduce((round, label) => Math.max(round, label.round), 0);
  return {
    labels: labels.length,
    positive,
    negative: labels.length - positive,
    decision,
    honest: honestAccuracy(labels, outOfBag, pool, rule),
    trainingAccuracy: labels.length > 0 ? hits / labels.length : null,
    before: agreementBefore(
      labels.filter((label) => label.round === latest && label.blind !== false),
      thresholdBefore,
    ),
  };
};

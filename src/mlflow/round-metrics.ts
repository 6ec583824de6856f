import type { RoundEvaluation } from '../pipeline/learning/accuracy/round-evaluation.ts';

/**
 * A round's figures by the names they have in MLflow; a figure that has no meaning yet is left out.
 * `accuracy` and what follows it are of labels the model had not seen; `training_accuracy` is the parity
 * figure; `agreement_before` tells how difficult the batch was.
 *
 * @param classes what class 0 and class 1 mean; how many labels each has goes by these names
 */
export const roundMetrics = (
  evaluation: RoundEvaluation,
  classes: readonly [string, string],
): Record<string, number> => {
  const { honest, before } = evaluation;
  return numbersOf({
    labels: evaluation.labels,
    [oneWord(classes[1])]: evaluation.positive,
    [oneWord(classes[0])]: evaluation.negative,
    accuracy: honest?.accuracy,
    accuracy_low: honest?.interval.low,
    accuracy_high: honest?.interval.high,
    accuracy_n: honest?.n,
    accuracy_n_eff: honest?.nEff,
    accuracy_objects: honest?.objects,
    majority_rate: honest?.majorityRate,
    balanced_accuracy: honest?.metrics.balancedAccuracy,
    precision: honest?.metrics.precision,
    recall: honest?.metrics.recall,
    f1: honest?.metrics.f1,
    roc_auc: honest?.metrics.rocAuc,
    brier: honest?.metrics.brier,
    training_accuracy: evaluation.trainingAccuracy,
    agreement_before: before?.rate,
    agreement_before_low: before?.interval.low,
    agreement_before_high: before?.interval.high,
    agreement_before_n: before?.n,
  });
};

/** `not_galactic`: a class's name as one word. */
const oneWord = (name: string): string => name.replaceAll(' ', '_');

/** The finite ones: others cannot be written as JSON and stand for a missing value. */
export const numbersOf = (
  values: Readonly<Record<string, number | null | undefined>>,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [[name, value] as const] : [],
    ),
  );

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The run's description, in Markdown: what the round's report says, in a few lines. */
export const roundNote = (evaluation: RoundEvaluation, classes: readonly [string, string]): string => {
  const { honest, trainingAccuracy } = evaluation;
  const counts = `${evaluation.labels} labels: ${evaluation.positive} ${classes[1]}, ${evaluation.negative} ${classes[0]}.`;
  const accuracy =
    honest === null
      ? 'No accuracy on unseen alerts can be measured yet.'
      : `**Accuracy ${percent(honest.accuracy)}** on alerts the model had not seen (95 %: ${percent(honest.interval.low)} to ${percent(honest.interval.high)}); always answering the more frequent class: ${percent(honest.majorityRate)}.`;
  const training =
    trainingAccuracy === null ? [] : [`Training accuracy, for parity only: ${percent(trainingAccuracy)}.`];
  return [counts, accuracy, ...training].join('\n\n');
};

import type { FrozenRound } from '../../../loop/reports/frozen-round.ts';
import type { RoundReport } from '../../../loop/rounds/round-report.ts';
import { featureWords } from '../../../pipeline/features/feature-table.ts';
import { LABEL_MAPS, type ModelType } from '../../../pipeline/learning/label-maps.ts';
import { probabilityOf } from '../answer-words.ts';
import { decimal, percent, plural } from '../format.ts';

/** The labels that the accuracy was measured on. */
const measuredOn = ({ honest }: RoundReport): string | null => {
  if (honest === null) return null;
  const { estimator, n, nEff, objects } = honest;
  const which =
    estimator === 'random-labels' ? `the ${plural(n, 'label')} drawn at random` : plural(n, 'label');
  const unseen = 'predicted by trees that never saw their objects';
  return objects == null
    ? `Measured on ${which}, ${unseen}`
    : `For the ${plural(objects, 'object')} labelled or still to choose from (the next night's may differ): the model's expectation, corrected by ${which}, ${unseen}. As precise as ${Math.round(nEff)} random labels`;
};

type Interval = { readonly low: number; readonly high: number } | null | undefined;

const between = (interval: Interval, say: (value: number) => string): string =>
  interval == null ? '' : ` (${say(interval.low)} to ${say(interval.high)})`;

/** Further figures of the same measurement. */
const figuresLine = ({ honest }: RoundReport, type: ModelType): string | null => {
  if (honest === null) return null;
  const { balancedAccuracy, balancedInterval, rocAuc, aucInterval, precision, recall, brier } = honest;
  const { positive } = LABEL_MAPS[type];
  const auc = between(aucInterval, (value) => decimal(value, 2));
  return [
    `For the same objects: balanced accuracy ${percent(balancedAccuracy)}${between(balancedInterval, percent)}`,
    `${positive} precision ${percent(precision)} and recall ${percent(recall)}; for the labels: ROC-AUC ${decimal(rocAuc, 2)}${auc}`,
    `Brier score ${decimal(brier, 2)}`,
  ].join(', ');
};

/** The rule that turns a probability into a class, if it is not one half. */
const decisionLine = ({ honest, decision }: RoundReport, type: ModelType): string | null => {
  const taken = decision ?? honest?.decision;
  return taken == null || taken.rule === 'accuracy'
    ? null
    : `Classified as ${LABEL_MAPS[type].positive} from ${probabilityOf(type)} ${percent(taken.threshold)} on, the mean of all objects (DECISION=balanced)`;
};

/** Answers of a round whose givers were not sure. */
export const countNotSure = ({ notSure }: FrozenRound): number =>
  (notSure?.objects ?? []).reduce((total, { names }) => total + names.length, 0);

/** What became of answers whose givers were not sure. */
const notSureLine = (frozen: FrozenRound): string | null =>
  countNotSure(frozen) === 0
    ? null
    : 'Answers given as not sure count as any other, in the labels, the training and the accuracy: to leave them out would measure the easy objects alone';

/** Labels of others that the model was trained on; accuracy is never measured on them. */
const othersLine = ({ others }: RoundReport): string | null =>
  others == null || others === 0
    ? null
    : `The model was also trained on ${plural(others, 'label')} of others (the starting set): their weight falls with every label of yours, and accuracy is never measured on them`;

/** The objects that the accuracy excludes: those that people could not classify. */
const unjudgedLine = ({ honest, withoutClass }: RoundReport): string | null =>
  honest === null || withoutClass == null || withoutClass === 0
    ? null
    : `The accuracy holds for objects that people can classify: ${percent(withoutClass)} of those asked about got no class`;

/** A warning if the newest objects, or their answers, differ from those that the model was trained on. */
export const surpriseWords = ({ surprise }: RoundReport): string | null =>
  surprise == null
    ? null
    : `Warning: the model was right on ${surprise.agreed} of this round's ${surprise.n} and expected ${Math.round(surprise.expected)}, fewer than chance explains: the newest objects may differ from those it was trained on, and the accuracy may be too high for them`;

const FEATURES_NAMED = 3;

/** The features that the model uses most, without those within noise. */
const importanceLine = ({ importance }: RoundReport): string | null => {
  if (importance == null) return null;
  const shown = importance.filter(({ withinNoise }) => !withinNoise).slice(0, FEATURES_NAMED);
  return shown.length === 0
    ? 'No feature is above the noise yet'
    : `Most important: ${shown
        .map(
          ({ features, drop }) =>
            `${features.map(featureWords).join(' with ')} (−${decimal(drop, 2)} AUC without)`,
        )
        .join(', ')}`;
};

const stopLine = ({ stopAdvised, kappa }: RoundReport): string | null =>
  stopAdvised === true
    ? `The last models hardly differ (kappa ${decimal(kappa ?? null, 2)}): more labels of these alerts would change little`
    : null;

/** Agreement with the round's blind answers before this training; null for a first round. */
const beforeLine = ({ before }: RoundReport, { candidates }: FrozenRound): string | null => {
  if (before === null) {
    const scored = candidates.some(({ p, answer }) => p !== null && answer !== null);
    return scored
      ? 'The model’s agreement with the answers is not counted: everybody could see its probability before answering'
      : null;
  }
  return `Before this training the model agreed with ${before.agreed} of ${before.n} blind answers (given without seeing its probability); the round asks for the hardest objects, so expect about half`;
};

const agreementLine = ({ agreement, quorum }: FrozenRound): string | null =>
  quorum < 2 || agreement === null
    ? null
    : `Agreement of labellers in blind answers: kappa ${decimal(agreement.kappa, 2)} on ${plural(agreement.candidates, 'candidate')} (1 is perfect, 0 is chance)`;

const trainingLine = ({ trainingAccuracy }: RoundReport): string | null =>
  trainingAccuracy === null
    ? null
    : `Training accuracy ${percent(trainingAccuracy)} (on the training labels themselves: for comparison with other programs, not a measure of quality)`;

/** The details behind a report's figures, a line each. */
export const reportLines = (report: RoundReport, frozen: FrozenRound, type: ModelType): string[] =>
  [
    measuredOn(report),
    figuresLine(report, type),
    decisionLine(report, type),
    beforeLine(report, frozen),
    unjudgedLine(report),
    notSureLine(frozen),
    othersLine(report),
    importanceLine(report),
    stopLine(report),
    agreementLine(frozen),
    trainingLine(report),
    report.untrained === null ? `${report.engine}, trained in ${report.seconds.toFixed(1)} s` : null,
  ].filter((line) => line !== null);

import type { FrozenRound } from '../../../loop/reports/frozen-round.ts';
import type { RoundReport } from '../../../loop/rounds/round-report.ts';
import { featureWords } from '../../../pipeline/features/feature-table.ts';
import { LABEL_MAPS, type ModelType } from '../../../pipeline/learning/label-maps.ts';
import { probabilityOf } from '../answer-words.ts';
import { decimal, percent, plural } from '../format.ts';

/** On what the accuracy was measured. */
const measuredOn = ({ honest }: RoundReport): string | null => {
  if (honest === null) return null;
  const { estimator, n, nEff, objects } = honest;
  const which =
    estimator === 'random-labels' ? `the ${plural(n, 'label')} drawn at random` : plural(n, 'label');
  const unseen = 'predicted by trees that never saw their objects';
  return objects == null
    ? `Measured on ${which}, ${unseen}`
    : `For the ${plural(objects, 'object')} labelled or still to choose from (the next night's may differ): what the model expects, put right by ${which}, ${unseen}. As exact as ${Math.round(nEff)} random labels`;
};

type Interval = { readonly low: number; readonly high: number } | null | undefined;

const between = (interval: Interval, say: (value: number) => string): string =>
  interval == null ? '' : ` (${say(interval.low)} to ${say(interval.high)})`;

/** The other figures of the same measurement, for those who ask. */
const figuresLine = ({ honest }: RoundReport, type: ModelType): string | null => {
  if (honest === null) return null;
  const { balancedAccuracy, balancedInterval, rocAuc, aucInterval, precision, recall, brier } = honest;
  const { positive } = LABEL_MAPS[type];
  const auc = between(aucInterval, (value) => decimal(value, 2));
  return [
    `Of the same objects: balanced accuracy ${percent(balancedAccuracy)}${between(balancedInterval, percent)}`,
    `${positive} precision ${percent(precision)} and recall ${percent(recall)}; of the labels: ROC-AUC ${decimal(rocAuc, 2)}${auc}`,
    `Brier score ${decimal(brier, 2)}`,
  ].join(', ');
};

/** How a probability becomes a class, where that is not from one half on. */
const decisionLine = ({ honest, decision }: RoundReport, type: ModelType): string | null => {
  const taken = decision ?? honest?.decision;
  return taken == null || taken.rule === 'accuracy'
    ? null
    : `Taken for ${LABEL_MAPS[type].positive} from ${probabilityOf(type)} ${percent(taken.threshold)} on, the mean of all objects (DECISION=balanced)`;
};

/** What the model has learnt from beside the team's own labels, none of which is measured on. */
const othersLine = ({ others }: RoundReport): string | null =>
  others == null || others === 0
    ? null
    : `The model has also seen ${plural(others, 'label')} of others (the starting set): they count less with every label of yours, and nothing is measured on them`;

/** Of which objects the accuracy says nothing: those that people could not judge. */
const unjudgedLine = ({ honest, withoutClass }: RoundReport): string | null =>
  honest === null || withoutClass == null || withoutClass === 0
    ? null
    : `It speaks of the objects that people can judge: ${percent(withoutClass)} of those asked about were left without a class`;

/** A warning where the newest objects are unlike those that the model has learnt from, or the answers are. */
export const surpriseWords = ({ surprise }: RoundReport): string | null =>
  surprise == null
    ? null
    : `Warning: the model had ${surprise.agreed} of this round's ${surprise.n} right and expected ${Math.round(surprise.expected)}, fewer than chance explains: the newest objects may be unlike those it learnt from, and the accuracy too high for them`;

const FEATURES_NAMED = 3;

/** The features that the model leans on most; those within noise are not named. */
const importanceLine = ({ importance }: RoundReport): string | null => {
  if (importance == null) return null;
  const shown = importance.filter(({ withinNoise }) => !withinNoise).slice(0, FEATURES_NAMED);
  return shown.length === 0
    ? 'No feature stands out of the noise yet'
    : `It leans most on ${shown
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

/** How hard the round was: of a first round nothing, and nothing of answers that were led. */
const beforeLine = ({ before }: RoundReport, { candidates }: FrozenRound): string | null => {
  if (before === null) {
    const scored = candidates.some(({ p, answer }) => p !== null && answer !== null);
    return scored
      ? 'How often the model agreed with the answers is not counted: all were given by people who could see what it thinks'
      : null;
  }
  return `Before this training the model had ${before.agreed} of ${before.n} answers right that were given without seeing what it thinks: the round asks for the hardest, so half is what to expect`;
};

const agreementLine = ({ agreement, quorum }: FrozenRound): string | null =>
  quorum < 2 || agreement === null
    ? null
    : `Agreement of the labellers who did not see what the model thinks: kappa ${decimal(agreement.kappa, 2)} on ${plural(agreement.candidates, 'candidate')} (1 is perfect, 0 is chance)`;

const trainingLine = ({ trainingAccuracy }: RoundReport): string | null =>
  trainingAccuracy === null
    ? null
    : `Training accuracy ${percent(trainingAccuracy)} (on labels learnt by heart: for parity with other programs, not how good it is)`;

/** What stands behind a report's figures, a line each. */
export const reportLines = (report: RoundReport, frozen: FrozenRound, type: ModelType): string[] =>
  [
    measuredOn(report),
    figuresLine(report, type),
    decisionLine(report, type),
    beforeLine(report, frozen),
    unjudgedLine(report),
    othersLine(report),
    importanceLine(report),
    stopLine(report),
    agreementLine(frozen),
    trainingLine(report),
    report.untrained === null ? `${report.engine}, trained in ${report.seconds.toFixed(1)} s` : null,
  ].filter((line) => line !== null);

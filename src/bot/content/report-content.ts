import { dissentFrom, TIE } from '../../loop/answers/read-answers.ts';
import { type RoundVotes, votersAgreement } from '../../loop/answers/round-votes.ts';
import type { RoundReport } from '../../loop/rounds/round-report.ts';
import { objectLinks } from '../../pipeline/enrich/object-links.ts';
import { featureWords } from '../../pipeline/features/feature-table.ts';
import { LABEL_MAPS, type ModelType } from '../../pipeline/learning/label-maps.ts';
import { answerWords, classCounts, classWords, probabilityOf } from './answer-words.ts';
import { decimal, percent, plural, signed, textTable } from './format.ts';

/** Accuracy after one round, for the curve. */
export interface CurvePoint {
  readonly round: number;
  readonly labels: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly majorityRate: number | null;
}

/** What the report of a closed round says. */
export interface ReportContent {
  readonly title: string;
  /** The figure to read, with its interval and what chance would give; null without a model. */
  readonly accuracy: { readonly value: string; readonly interval: string; readonly majority: string } | null;
  /** What the accuracy was measured on, or why there is none. */
  readonly measuredOn: string;
  readonly change: string | null;
  readonly points: readonly CurvePoint[];
  /** Monospaced; null without a model. */
  readonly confusion: string | null;
  readonly hardest: { readonly objectId: string; readonly page: string | null; readonly text: string } | null;
  readonly disputed: readonly {
    readonly objectId: string;
    readonly page: string | null;
    readonly text: string;
  }[];
  readonly lines: readonly string[];
}

export interface ReportInput {
  readonly roundNumber: number;
  readonly modelType: ModelType;
  readonly report: RoundReport;
  readonly votes: RoundVotes;
  readonly points: readonly CurvePoint[];
  /** People asked about each candidate. */
  readonly quorum: number;
}

/** The change of accuracy in points, called noise where the intervals say no more than that. */
const changeWords = (report: RoundReport): string | null => {
  const { honest, previousAccuracy } = report;
  if (honest === null || previousAccuracy === null) return null;
  const points = Math.round((honest.accuracy - previousAccuracy) * 100);
  if (points === 0) return 'unchanged since the last round';
  const words = `${signed(points, 0)} ${Math.abs(points) === 1 ? 'point' : 'points'} since the last round`;
  const within = previousAccuracy >= honest.low && previousAccuracy <= honest.high;
  return within ? `${words}, within the interval` : words;
};

const measuredOn = ({ estimator, n, nEff, objects }: NonNullable<RoundReport['honest']>): string => {
  const which =
    estimator === 'random-labels' ? `the ${plural(n, 'label')} drawn at random` : plural(n, 'label');
  const unseen = 'predicted by trees that never saw their objects';
  return objects == null
    ? `Measured on ${which}, ${unseen}.`
    : `For all ${objects} objects stored so far (the next night's may differ): what the model expects, put right by ${which}, ${unseen}. As exact as ${Math.round(nEff)} random labels.`;
};

type Interval = { readonly low: number; readonly high: number } | null | undefined;

const between = (interval: Interval, say: (value: number) => string): string =>
  interval == null ? '' : ` (${say(interval.low)} to ${say(interval.high)})`;

/** The other figures of the same measurement, for those who ask. */
const figuresLine = ({ honest }: RoundReport, type: ModelType): string | null => {
  if (honest === null) return null;
  const { balancedAccuracy, balancedInterval, rocAuc, aucInterval, precision, recall, brier } = honest;
  const { positive } = LABEL_MAPS[type];
  return [
    `Of the same objects: balanced accuracy ${percent(balancedAccuracy)}${between(balancedInterval, percent)}`,
    `${positive} precision ${percent(precision)} and recall ${percent(recall)}; of the labels: ROC-AUC ${decimal(rocAuc, 2)}${between(
      aucInterval,
      (value) => decimal(value, 2),
    )}`,
    `Brier score ${decimal(brier, 2)}`,
  ].join(', ');
};

/** How a probability becomes a class, where that is not from one half on. */
const decisionLine = ({ honest }: RoundReport, type: ModelType): string | null =>
  honest?.decision == null || honest.decision.rule === 'accuracy'
    ? null
    : `Taken for ${LABEL_MAPS[type].positive} from ${probabilityOf(type)} ${percent(honest.decision.threshold)} on, the mean of all objects (DECISION=balanced)`;

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
const surpriseLine = ({ surprise }: RoundReport): string | null =>
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

const confusionTable = ({ confusion }: RoundReport, type: ModelType): string | null => {
  if (confusion == null) return null;
  const { positive, negative } = LABEL_MAPS[type];
  const { truePositive, falseNegative, falsePositive, trueNegative } = confusion;
  const total = truePositive + falseNegative + falsePositive + trueNegative;
  const share = (n: number): string => percent(n / total);
  return textTable(
    ['truth \\ model', positive, negative.replace(/^(not ...).+/, '$1.')],
    [
      [positive, share(truePositive), share(falseNegative)],
      [negative, share(falsePositive), share(trueNegative)],
    ],
  );
};

/** The page of an object whose position does not matter for its address. */
const pageOf = (objectId: string): string | null => objectLinks({ objectId, ra: 0, dec: 0 }).lasair;

const hardestOf = ({ hardest }: RoundReport, type: ModelType): ReportContent['hardest'] =>
  hardest == null
    ? null
    : {
        objectId: hardest.objectId,
        page: pageOf(hardest.objectId),
        text: `labelled ${classWords(type, hardest.positive ? 1 : 0)}, the model had said ${probabilityOf(type)} ${percent(hardest.p)}`,
      };

const disputedOf = ({ histories, labels }: RoundVotes, type: ModelType): ReportContent['disputed'] =>
  labels.flatMap((label) => {
    const history = histories.get(label.candidate_id ?? -1);
    const dissent = history === undefined ? [] : dissentFrom(history, label.answer, type);
    if (dissent.length === 0) return [];
    const others = dissent.map(({ user_name, answer }) => `${user_name} ${answerWords(type, answer)}`);
    return [
      {
        objectId: label.object_id,
        page: pageOf(label.object_id),
        text: `${label.user_id === TIE ? 'no class: tie' : `${answerWords(type, label.answer)} (${label.user_name})`}; ${others.join(', ')}`,
      },
    ];
  });

const kappaLine = ({ votes, quorum, modelType }: ReportInput): string | null => {
  if (quorum < 2) return null;
  const agreement = votersAgreement(votes.histories.values(), modelType);
  return agreement === null
    ? null
    : `Agreement of the labellers: kappa ${decimal(agreement.kappa, 2)} on ${plural(agreement.candidates, 'candidate')} (1 is perfect, 0 is chance)`;
};

export const reportContent = (input: ReportInput): ReportContent => {
  const { roundNumber, modelType, report, votes, points } = input;
  const { honest, before } = report;
  const labels = `${plural(report.labels, 'label')} in all: ${classCounts(modelType, report)}`;
  const skipped = report.skipped === 0 ? '' : `; ${report.skipped} skipped in this round`;
  const lines = [
    labels + skipped,
    figuresLine(report, modelType),
    decisionLine(report, modelType),
    before === null
      ? null
      : `Before this training the model had ${before.agreed} of this round's ${before.n} right: the round asks for the hardest, so half is what to expect`,
    surpriseLine(report),
    unjudgedLine(report),
    othersLine(report),
    importanceLine(report),
    stopLine(report),
    kappaLine(input),
    report.trainingAccuracy === null
      ? null
      : `Training accuracy ${percent(report.trainingAccuracy)} (on labels learnt by heart: for parity with other programs, not how good it is)`,
    report.untrained === null ? `${report.engine}, trained in ${report.seconds.toFixed(1)} s` : null,
  ];
  return {
    title: `Round ${roundNumber} is closed`,
    accuracy:
      honest === null
        ? null
        : {
            value: percent(honest.accuracy),
            interval: `${percent(honest.low)} to ${percent(honest.high)}`,
            majority: percent(honest.majorityRate),
          },
    measuredOn:
      honest === null
        ? (report.untrained ?? 'No accuracy: none of the labels was drawn by chance.')
        : measuredOn(honest),
    change: changeWords(report),
    points,
    confusion: confusionTable(report, modelType),
    hardest: hardestOf(report, modelType),
    disputed: disputedOf(votes, modelType),
    lines: lines.filter((line) => line !== null),
  };
};

import { TIE } from '../../../loop/answers/read-answers.ts';
import type { FrozenRound } from '../../../loop/reports/frozen-round.ts';
import type { RoundReport } from '../../../loop/rounds/round-report.ts';
import { objectLinks } from '../../../pipeline/enrich/object-links.ts';
import { LABEL_MAPS, type ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { SinceClosed } from '../../../store/rounds/since-closed.ts';
import { answerWords, classCounts, classWords, probabilityOf } from '../answer-words.ts';
import { decimal, percent, plural, signed, textTable } from '../format.ts';
import { countNotSure, reportLines, surpriseWords } from './report-lines.ts';

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
  /** The accuracy, which starts the first sentence; null without a model. */
  readonly figure: string | null;
  /** The summary: how good the model is, on which class, and with how many labels. */
  readonly sentences: readonly string[];
  /** Why the accuracy may be too high; null if nothing suggests it. */
  readonly warning: string | null;
  /** Corrections since the round closed, which change none of the figures; null for none. */
  readonly since: string | null;
  /** Alternative text of the picture, and the text shown without it. */
  readonly pictured: { readonly alt: string; readonly curve: string } | null;
  /** Monospaced; null without a model. */
  readonly confusion: string | null;
  /** Details for the thread. */
  readonly details: ReportDetails;
}

export interface ReportDetails {
  readonly hardest: ListedObject | null;
  readonly disputed: readonly ListedObject[];
  /** Those that somebody answered without being sure. */
  readonly notSure: readonly ListedObject[];
  readonly lines: readonly string[];
}

interface ListedObject {
  readonly objectId: string;
  readonly page: string | null;
  readonly text: string;
}

export interface ReportInput {
  readonly roundNumber: number;
  readonly modelType: ModelType;
  readonly report: RoundReport;
  /** The round's answers as they were at its close. */
  readonly frozen: FrozenRound;
  readonly since: SinceClosed;
  readonly points: readonly CurvePoint[];
}

type Honest = NonNullable<RoundReport['honest']>;

/** Change of accuracy in percentage points; says so if it is within the interval. */
const changeWords = (honest: Honest, previous: number | null): string => {
  if (previous === null) return '';
  const points = Math.round((honest.accuracy - previous) * 100);
  if (points === 0) return '; unchanged since the last round';
  const words = `; ${signed(points, 0)} ${Math.abs(points) === 1 ? 'point' : 'points'} since the last round`;
  return previous >= honest.low && previous <= honest.high ? `${words}, within the interval` : words;
};

/** How good the model is, compared with the majority rate. */
const accuracySentence = (honest: Honest, previous: number | null): string => {
  const of =
    honest.objects == null
      ? ''
      : ` of the ${plural(honest.objects, 'object')} labelled or still to choose from`;
  const majority = `always answering the more frequent class (${percent(honest.majorityRate)})`;
  const against =
    honest.low > honest.majorityRate
      ? `better than ${majority}`
      : honest.high < honest.majorityRate
        ? `less than ${majority}`
        : `not clearly better than ${majority}`;
  return `Accuracy ${percent(honest.accuracy)} (95 % interval ${percent(honest.low)} to ${percent(honest.high)})${of}: ${against}${changeWords(honest, previous)}.`;
};

/** Recall and precision of the positive class. */
const classesSentence = (honest: Honest, type: ModelType): string => {
  const { positive } = LABEL_MAPS[type];
  const { recall, precision, balancedAccuracy, rocAuc } = honest;
  const found =
    recall === null
      ? `No labelled object is ${positive} yet`
      : `It finds ${percent(recall)} of the ${positive} objects`;
  const pure =
    precision === null
      ? `it calls nothing ${positive}`
      : `${percent(precision)} of what it calls ${positive} is`;
  const balanced = balancedAccuracy === null ? '' : `; balanced accuracy ${percent(balancedAccuracy)}`;
  const auc =
    rocAuc === null
      ? ', no ROC-AUC (it needs measured labels of both classes)'
      : `, ROC-AUC ${decimal(rocAuc, 2)}`;
  return `${found}, and ${pure}${balanced}${auc}.`;
};

/** The number of labels by class, and what of this round's answers has no class or was not sure. */
const labelsSentence = (report: RoundReport, frozen: FrozenRound, type: ModelType): string => {
  const skipped = report.skipped === 0 ? null : `${report.skipped} skipped`;
  const unsure = countNotSure(frozen);
  const notSure =
    unsure === 0 ? null : `${unsure} of ${plural(frozen.notSure?.answers ?? 0, 'answer')} not sure`;
  const round = [skipped, notSure].filter((part) => part !== null);
  const inRound = round.length === 0 ? '' : `; ${round.join(' and ')} in this round`;
  return `${plural(report.labels, 'label')} in all: ${classCounts(type, report)}${inRound}.`;
};

const sinceWords = ({ relabelled, disagreed }: SinceClosed): string | null => {
  const parts = [
    ...(relabelled === 0 ? [] : [`relabelled since: ${relabelled}`]),
    ...(disagreed === 0 ? [] : [`disagreed with since: ${disagreed}`]),
  ];
  return parts.length === 0
    ? null
    : `Labels of this round ${parts.join(', ')}. The figures stay as they were at its close; the next training uses the labels as they are now.`;
};

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

/** Rounds listed; the latest ones. */
const POINTS_TOLD = 8;

const curveWords = (points: readonly CurvePoint[]): string =>
  `Accuracy by labels: ${points
    .slice(-POINTS_TOLD)
    .map(({ labels, accuracy }) => `${labels}: ${percent(accuracy)}`)
    .join(', ')}`;

const picturedOf = (honest: Honest | null, points: readonly CurvePoint[]): ReportContent['pictured'] =>
  honest === null || points.length === 0
    ? null
    : {
        alt: `Accuracy ${percent(honest.accuracy)} with its 95 % interval after ${plural(points.length, 'round')}, and the confusion matrix`,
        curve: curveWords(points),
      };

/** An object's page at Lasair, whose address needs no position. */
const pageOf = (objectId: string): string | null => objectLinks({ objectId, ra: 0, dec: 0 }).lasair;

const hardestOf = ({ hardest }: RoundReport, type: ModelType): ListedObject | null => {
  if (hardest == null) return null;
  const { objectId, positive, p, unseen } = hardest;
  const said = unseen === true ? 'no model had seen it, the new one would have said' : 'the model had said';
  return {
    objectId,
    page: pageOf(objectId),
    text: `labelled ${classWords(type, positive ? 1 : 0)}, ${said} ${probabilityOf(type)} ${percent(p)}`,
  };
};

const disputedOf = ({ disputed }: FrozenRound, type: ModelType): ListedObject[] =>
  disputed.map(({ objectId, answer, by, others }) => {
    const label = by === null ? `no class: ${TIE}` : `${answerWords(type, answer)} (${by})`;
    return {
      objectId,
      page: pageOf(objectId),
      text: `${label}; ${others.map((one) => `${one.name} ${answerWords(type, one.answer)}`).join(', ')}`,
    };
  });

const notSureOf = ({ notSure }: FrozenRound, type: ModelType): ListedObject[] =>
  (notSure?.objects ?? []).map(({ objectId, answer, names }) => ({
    objectId,
    page: pageOf(objectId),
    text: `${answer === null ? 'no label' : answerWords(type, answer)}; not sure: ${names.join(', ')}`,
  }));

export const reportContent = (input: ReportInput): ReportContent => {
  const { roundNumber, modelType, report, frozen, points } = input;
  const { honest, previousAccuracy } = report;
  const noFigure = report.untrained ?? 'No accuracy: none of the labels was drawn by chance.';
  return {
    title: `Round ${roundNumber} is closed`,
    figure: honest === null ? null : `Accuracy ${percent(honest.accuracy)}`,
    sentences: [
      ...(honest === null
        ? [noFigure]
        : [accuracySentence(honest, previousAccuracy), classesSentence(honest, modelType)]),
      labelsSentence(report, frozen, modelType),
    ],
    warning: surpriseWords(report),
    since: sinceWords(input.since),
    pictured: picturedOf(honest, points),
    confusion: confusionTable(report, modelType),
    details: {
      hardest: hardestOf(report, modelType),
      disputed: disputedOf(frozen, modelType),
      notSure: notSureOf(frozen, modelType),
      lines: reportLines(report, frozen, modelType),
    },
  };
};

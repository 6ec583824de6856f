import type { RoundReport } from '../../loop/round-report.ts';
import { percent, plural, signed } from './format.ts';

/** What the report of a closed round says. */
export interface ReportContent {
  readonly title: string;
  /** The figure to read, with its interval and what chance would give; null without a model. */
  readonly accuracy: { readonly value: string; readonly interval: string; readonly majority: string } | null;
  /** What the accuracy was measured on, or why there is none. */
  readonly measuredOn: string;
  readonly change: string | null;
  readonly lines: readonly string[];
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

export const reportContent = (roundNumber: number, report: RoundReport): ReportContent => {
  const { honest, before } = report;
  const labels = `${plural(report.labels, 'label')} in all: ${report.galactic} galactic, ${report.notGalactic} not galactic`;
  const skipped = report.skipped === 0 ? '' : `; ${report.skipped} skipped in this round`;
  const lines = [
    labels + skipped,
    before === null
      ? null
      : `Before this training the model had ${before.agreed} of this round's ${before.n} right: the round asks for the hardest, so half is what to expect`,
    report.trainingAccuracy === null
      ? null
      : `Training accuracy ${percent(report.trainingAccuracy)} (on labels the model has learnt by heart: a parity figure for comparison with other programs, not how good it is)`,
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
        ? (report.untrained ?? 'No accuracy: none of the labels was drawn at random.')
        : `Measured on the ${plural(honest.n, 'label')} drawn at random, each predicted by trees that never saw its object. Always answering the more frequent class would give ${percent(honest.majorityRate)}.`,
    change: changeWords(report),
    lines: lines.filter((line) => line !== null),
  };
};

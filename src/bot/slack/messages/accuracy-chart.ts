import type { CurvePoint } from '../../content/report-content.ts';
import type { ChartBlock } from './message.ts';

/** Slack takes at most this many points a series; of more rounds the last ones are shown. */
const MOST_POINTS = 20;

const inPercent = (share: number): number => Math.round(share * 1000) / 10;

/** Accuracy with its interval and the majority rate over the rounds, as a chart that Slack draws. */
export const accuracyChart = (points: readonly CurvePoint[]): ChartBlock => {
  const shown = points.slice(-MOST_POINTS);
  // Two rounds may end with as many labels; the round's number keeps the names apart.
  const name = ({ round, labels }: CurvePoint): string => `${round}: ${labels}`;
  const series = (title: string, value: (point: CurvePoint) => number) => ({
    name: title,
    data: shown.map((point) => ({ label: name(point), value: inPercent(value(point)) })),
  });
  return {
    type: 'data_visualization',
    title: 'Accuracy on unseen labels, %',
    chart: {
      type: 'line',
      series: [
        series('Accuracy', ({ accuracy }) => accuracy),
        series('95 % low', ({ low }) => low),
        series('95 % high', ({ high }) => high),
        ...(shown.every(({ majorityRate }) => majorityRate !== null)
          ? [series('Majority rate', ({ majorityRate }) => majorityRate ?? 0)]
          : []),
      ],
      axis_config: { categories: shown.map(name), x_label: 'Round: labels', y_label: '%' },
    },
  };
};

import { linearScale, niceTicks } from '../drawing/scale.ts';
import { type Axis, type Box, percent } from './chart.ts';

/** Accuracies of a binary label begin at chance, unless something lies below, or everything far above. */
const CHANCE = 0.5;
const FAR_ABOVE = 0.75;

/** Axes of accuracy (0 to 1, as per cent) against the number of labels, wide enough for all values given. */
export const accuracyAxes = (
  labels: readonly number[],
  rates: readonly number[],
  plot: Box,
): { readonly x: Axis; readonly y: Axis } => {
  const fewest = labels.reduce((a, b) => Math.min(a, b), Infinity);
  const most = labels.reduce((a, b) => Math.max(a, b), -Infinity);
  // A single round still gets an axis: from none to some more.
  const margin = fewest === most ? most / 3 : Math.max(2, 0.04 * (most - fewest));
  const least = rates.reduce((a, b) => Math.min(a, b), 1);
  const lowest = least > FAR_ABOVE ? least : Math.min(least, CHANCE);
  const from = fewest < most / 4 || fewest === most ? 0 : Math.max(0, fewest - margin);
  const x = linearScale([from, most + margin], [plot.x, plot.x + plot.width]);
  const y = linearScale(
    [Math.max(0, Math.floor(lowest * 10 - 0.2) / 10), 1.015],
    [plot.y + plot.height, plot.y],
  );
  const yTicks = niceTicks([y.domain[0], 1], 5);
  return {
    x: {
      scale: x,
      ticks: niceTicks(x.domain, plot.width / 42, 1),
      write: String,
      title: 'labels trained on',
    },
    y: { scale: y, ticks: yTicks, write: percent, title: 'accuracy' },
  };
};

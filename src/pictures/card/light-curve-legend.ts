import type { LegendEntry } from '../drawing/legend.ts';
import { marker } from '../drawing/markers.ts';
import { bandLook, MUTED } from '../drawing/palette.ts';
import type { LightCurvePoints } from './light-curve-points.ts';

const RADIUS = 3.4;

/**
 * What the signs of these light curves mean: of each only if there is one.
 * @param offScale limits that the first of them has and its plot does not show
 */
export const lightCurveLegend = (
  curves: readonly LightCurvePoints[],
  offScale = 0,
): readonly LegendEntry[] => {
  const detections = curves.flatMap((one) => one.detections);
  const limits = curves.flatMap((one) => one.limits);
  const fids = [...new Set([...detections, ...limits].map((point) => point.fid))].sort((a, b) => a - b);
  const bands = fids.map((fid): LegendEntry => {
    const { name, colour, shape } = bandLook(fid);
    return { text: name, sign: (x, y) => marker(shape, x, y, RADIUS, { fill: colour }) };
  });
  const hollow = { fill: 'none', stroke: MUTED, 'stroke-width': 1.1 };
  const signs: readonly (LegendEntry & { readonly there: boolean })[] = [
    {
      there: limits.length > 0,
      text: offScale === 0 ? 'upper limit' : `upper limit (${offScale} off scale)`,
      sign: (x, y) => marker('triangle-down', x, y, RADIUS - 0.3, hollow),
    },
    {
      there: detections.some((one) => one.negative),
      text: 'open: fainter than template',
      sign: (x, y) => marker('circle', x, y, RADIUS - 0.4, { ...hollow, 'stroke-width': 1.5 }),
    },
    {
      there: detections.some((one) => one.forced),
      text: 'forced photometry',
      sign: (x, y) => marker('plus', x, y, RADIUS, { fill: MUTED }),
    },
  ];
  return [...bands, ...signs.filter(({ there }) => there).map(({ text, sign }) => ({ text, sign }))];
};

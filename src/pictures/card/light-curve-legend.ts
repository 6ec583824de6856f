import type { LegendEntry } from '../drawing/legend.ts';
import { marker } from '../drawing/markers.ts';
import { bandLook, MUTED } from '../drawing/palette.ts';
import type { LightCurvePoints } from './light-curve-points.ts';

const RADIUS = 3.6;

/** What a light curve's signs mean: of each only if there is one. */
export const lightCurveLegend = ({ detections, limits }: LightCurvePoints): readonly LegendEntry[] => {
  const fids = [...new Set([...detections, ...limits].map((point) => point.fid))].sort((a, b) => a - b);
  const bands = fids.map((fid): LegendEntry => {
    const { name, colour, shape } = bandLook(fid);
    return { text: name, sign: (x, y) => marker(shape, x, y, RADIUS, { fill: colour }) };
  });
  const hollow = { fill: 'none', stroke: MUTED, 'stroke-width': 1.1 };
  const limit: LegendEntry = {
    text: 'upper limit',
    sign: (x, y) => marker('triangle-down', x, y, RADIUS - 0.3, hollow),
  };
  const negative: LegendEntry = {
    text: 'open: fainter than template',
    sign: (x, y) => marker('circle', x, y, RADIUS - 0.4, { ...hollow, 'stroke-width': 1.5 }),
  };
  return [
    ...bands,
    ...(limits.length > 0 ? [limit] : []),
    ...(detections.some((one) => one.negative) ? [negative] : []),
  ];
};

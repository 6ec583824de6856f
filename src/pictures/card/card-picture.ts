import type { Alert, Stamps } from '../../pipeline/alert.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { isNegative } from '../../pipeline/features/apparent-magnitudes.ts';
import { type Box, EDGE, TEXT_SIZE, WIDTH } from '../charts/chart.ts';
import { type Fonts, loadFonts } from '../drawing/fonts.ts';
import { legend } from '../drawing/legend.ts';
import { bandLook, INK, MUTED, SIMULATED } from '../drawing/palette.ts';
import { rasterise } from '../drawing/rasterise.ts';
import { el, group, label, svgDocument } from '../drawing/svg.ts';
import { lightCurveLegend } from './light-curve-legend.ts';
import { lightCurveMargins, lightCurvePanel } from './light-curve-panel.ts';
import { lightCurvePoints } from './light-curve-points.ts';
import { stampPanels } from './stamp-panels.ts';
import { stampRow } from './stamp-row.ts';

export interface CardPictureInput {
  readonly alert: Alert;
  /** The stamps to show: the alert's own, or none where the archive keeps them elsewhere. */
  readonly stamps: Stamps;
}

const STAMP = 105;
const PLOT_HEIGHT = 168;

/**
 * The picture of a card as PNG, 1080 pixels wide: title, the three stamps, and below them the light curve.
 * Takes tens of milliseconds: call it through the picture client on the service's main thread.
 */
export const cardPicture = (input: CardPictureInput, fonts: Fonts = loadFonts()): Buffer =>
  rasterise(cardSvg(input, fonts), fonts);

/** The same as SVG, 360 units wide. */
export const cardSvg = ({ alert, stamps }: CardPictureInput, fonts: Fonts): string => {
  const hasStamps = stamps.science !== null || stamps.template !== null || stamps.difference !== null;
  const points = lightCurvePoints(alert);
  const parts = [title(alert, fonts)];
  let y = 26;
  if (hasStamps) {
    const negative = isNegative(alert.epochs[0]?.isdiffpos ?? null);
    y += 13;
    const gap = (WIDTH - 2 * EDGE - 3 * STAMP) / 2;
    const box = (i: number): Box => ({ x: EDGE + i * (STAMP + gap), y, width: STAMP, height: STAMP });
    const boxes = { science: box(0), template: box(1), difference: box(2) };
    parts.push(stampRow(stampPanels(stamps, negative), alert.dec, boxes, fonts));
    y += STAMP;
  } else {
    y += 8;
    parts.push(label(EDGE, y, 'no stamps in the packet', { size: TEXT_SIZE, fill: MUTED }));
  }
  y += 17;
  const signs = legend(lightCurveLegend(points), EDGE, y, {
    width: WIDTH - 2 * EDGE,
    size: TEXT_SIZE,
    fill: INK,
    fonts,
  });
  parts.push(signs.svg);
  y = signs.bottom + lightCurveMargins.top - 6;
  const plot = {
    x: lightCurveMargins.left,
    y,
    width: WIDTH - lightCurveMargins.left - lightCurveMargins.right,
    height: PLOT_HEIGHT,
  };
  parts.push(lightCurvePanel(points, alert.jd, plot, fonts));
  return svgDocument(WIDTH, y + PLOT_HEIGHT + lightCurveMargins.bottom, ...parts);
};

/** The object's name, what the alert measured, and whether it is a simulated one. */
const title = (alert: Alert, fonts: Fonts): string => {
  const [size, small] = [15, 11];
  const error = alert.sigmapsf === null ? '' : ` ± ${alert.sigmapsf.toFixed(2)}`;
  const measured = `${bandLook(alert.fid).name} = ${alert.magpsf.toFixed(2)}${error}`;
  const badge = isSimulated(alert.objectId) ? 'SIMULATED' : '';
  const badgeWidth = badge && fonts.width(badge, small - 1, 600) + 12;
  const right = WIDTH - EDGE;
  const room = right - EDGE - fonts.width(measured, small) - 10 - (badgeWidth ? badgeWidth + 8 : 0);
  const name = fonts.fit(alert.objectId, room, size, 600);
  const badgeX = EDGE + fonts.width(name, size, 600) + 8;
  return group(
    'title',
    label(EDGE, 18, name, { size, weight: 600, fill: INK }),
    badgeWidth
      ? el('rect', { x: badgeX, y: 6.5, width: badgeWidth, height: 15, rx: 7.5, fill: SIMULATED }) +
          label(badgeX + 6, 17.5, badge, { size: small - 1, weight: 600, fill: '#ffffff' })
      : '',
    label(right, 18, measured, { size: small, fill: MUTED, anchor: 'end' }),
  );
};

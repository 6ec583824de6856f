import type { Alert, HistoryPoint, Stamps } from '../../pipeline/alert.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import type { SkyImage } from '../../pipeline/enrich/sky/sky-client.ts';
import { isNegative } from '../../pipeline/features/apparent-magnitudes.ts';
import { type Box, EDGE, TEXT_SIZE, WIDTH } from '../charts/chart.ts';
import { type Fonts, loadFonts } from '../drawing/fonts.ts';
import { type LegendEntry, legend, legendColumn } from '../drawing/legend.ts';
import { bandLook, INK, MUTED, SIMULATED } from '../drawing/palette.ts';
import { rasterise } from '../drawing/rasterise.ts';
import { el, group, label, svgDocument } from '../drawing/svg.ts';
import { limitsOffScale } from './light-curve-domains.ts';
import { lightCurveLegend } from './light-curve-legend.ts';
import { historyPanel, lightCurveMargins, lightCurvePanel } from './light-curve-panel.ts';
import { historyPoints, lightCurvePoints } from './light-curve-points.ts';
import { skyPanel } from './sky-panel.ts';
import { stampPanels } from './stamp-panels.ts';
import { ARCSEC_PER_PIXEL, type StampBoxes, stampRow } from './stamp-row.ts';

export interface CardPictureInput {
  readonly alert: Alert;
  /** The stamps to show: the alert's own, or none where the archive keeps them elsewhere. */
  readonly stamps: Stamps;
  /** Why there are none, though the packet had some. */
  readonly noStamps?: string | null;
  /** The object's whole light curve; null or absent where it is not here. */
  readonly history?: readonly HistoryPoint[] | null;
  /** The place in colour; null or absent where there is no image. */
  readonly sky?: SkyImage | null;
}

/** Every card's picture is 4:3. */
const HEIGHT = 270;
/** A phone shows a unit as a pixel; twice that is sharp there and, larger, on a desktop. */
const PIXELS_PER_UNIT = 2;
const STAMP = 81;
const STAMPS = 4;
const STAMPS_TOP = 37;
const LEGEND_SIZE = 9.5;
const LEGEND_GAP = 10;
const LEGEND_LINE = 14;
/** Room above a plot for the upper half of its topmost tick's label. */
const ABOVE_PLOT = 7;
/** The panel of the years beside that of the days. */
const HISTORY_WIDTH = 92;

/**
 * The picture of a card as PNG, 720 x 540 pixels: title, three stamps and the sky in colour, and below them
 * the light curve of the packet's thirty days beside that of all years.
 * Takes tens of milliseconds: call it through the picture client on the service's main thread.
 */
export const cardPicture = (input: CardPictureInput, fonts: Fonts = loadFonts()): Buffer =>
  rasterise(cardSvg(input, fonts), fonts, PIXELS_PER_UNIT);

/** The same as SVG, 360 x 270 units. */
export const cardSvg = (input: CardPictureInput, fonts: Fonts): string => {
  const { alert, stamps, noStamps = null, history, sky = null } = input;
  const points = lightCurvePoints(alert);
  const years = historyPoints(history ?? null, alert);
  const entries = lightCurveLegend(years === null ? [points] : [points, years], limitsOffScale(points));
  const upper = upperPart({ alert, stamps, noStamps, sky }, entries, fonts);
  const { left, right, bottom, between } = lightCurveMargins;
  const y = upper.bottom + ABOVE_PLOT;
  const height = HEIGHT - bottom - y;
  const room = WIDTH - left - right;
  const width = years === null ? room : room - HISTORY_WIDTH - between;
  return svgDocument(
    WIDTH,
    HEIGHT,
    title(alert, fonts),
    upper.svg,
    lightCurvePanel(points, alert.jd, { x: left, y, width, height }),
    years === null
      ? ''
      : historyPanel(years, { x: WIDTH - right - HISTORY_WIDTH, y, width: HISTORY_WIDTH, height }),
  );
};

/**
 * The stamps and the legend. Stamps are of one size on every card; where there is no sky image the legend
 * takes its place, else it is a line below them.
 */
const upperPart = (
  { alert, stamps, noStamps, sky }: Required<Omit<CardPictureInput, 'history'>>,
  entries: readonly LegendEntry[],
  fonts: Fonts,
): { readonly svg: string; readonly bottom: number } => {
  const panel = sky === null ? null : skyPanel(sky, ARCSEC_PER_PIXEL);
  const hasStamps = stamps.science !== null || stamps.template !== null || stamps.difference !== null;
  const look = { size: LEGEND_SIZE, fill: INK, fonts, gap: LEGEND_GAP };
  if (!hasStamps && panel === null) {
    const signs = legend(entries, EDGE, STAMPS_TOP + 14, { ...look, width: WIDTH - 2 * EDGE });
    const why = noStamps === null ? 'no stamps in the packet' : `no stamps: ${noStamps}`;
    const room = WIDTH - 2 * EDGE;
    const note = label(EDGE, STAMPS_TOP - 1, fonts.fit(why, room, TEXT_SIZE), {
      size: TEXT_SIZE,
      fill: MUTED,
    });
    return { svg: note + signs.svg, bottom: signs.bottom };
  }
  const gap = (WIDTH - 2 * EDGE - STAMPS * STAMP) / (STAMPS - 1);
  const box = (i: number): Box => ({
    x: EDGE + i * (STAMP + gap),
    y: STAMPS_TOP,
    width: STAMP,
    height: STAMP,
  });
  const boxes: StampBoxes = [box(0), box(1), box(2), box(3)];
  const negative = isNegative(alert.epochs[0]?.isdiffpos ?? null);
  const image = sky === null || panel === null ? null : { panel, credit: sky.credit };
  const row = stampRow(stampPanels(stamps, negative, noStamps ?? undefined), image, alert.dec, boxes, fonts);
  const below = STAMPS_TOP + STAMP;
  if (image === null) {
    const [, , , { x, y, width }] = boxes;
    // The bands' names are letters: they stand beside each other.
    const bands = entries.filter(({ text }) => text.length === 1);
    const others = entries.filter((entry) => !bands.includes(entry));
    const first = legend(bands, x + 2, y + 9, { ...look, width });
    const rest = legendColumn(others, x + 2, first.bottom + LEGEND_LINE, { ...look, width });
    return { svg: row + group('legend', first.svg, rest), bottom: below };
  }
  const signs = legend(entries, EDGE, below + 14, { ...look, width: WIDTH - 2 * EDGE });
  return { svg: row + signs.svg, bottom: signs.bottom };
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

import type { Box } from '../charts/chart.ts';
import type { Fonts } from '../drawing/fonts.ts';
import { wrap } from '../drawing/legend.ts';
import { GRID, INK, MUTED } from '../drawing/palette.ts';
import { el, group, label, line } from '../drawing/svg.ts';
import { differenceColour } from './stamp-colours.ts';
import type { StampPanel, StampPanels } from './stamp-panels.ts';

/** ZTF's pixels, arcsec. */
export const ARCSEC_PER_PIXEL = 1.01;
const BAR_ARCSEC = 10;
/** The crosshair's arms begin and end this many pixels from the alert: the source itself stays free. */
const CROSSHAIR = [4.5, 10] as const;
/**
 * Above this declination, degrees, there is no compass. North is up in ZTF's stamps at the middle of a
 * field; 3.6 degrees of right ascension axis away, at a field's edge, it is turned by about 3.6 tan(dec)
 * degrees: 13 at this declination, and soon so much that an arrow would mislead.
 */
const HIGHEST_COMPASS = 75;

/** Of the reason why a stamp is not shown. */
const MOST_LINES = 7;
const OVERLAY = '#ffffff';
const RIM = '#000000';

/** The sky in colour, and whose image it is. */
export interface SkyStamp {
  readonly panel: StampPanel;
  readonly credit: string;
}

/** Where the stamps stand: the sky is the fourth. */
export type StampBoxes = readonly [science: Box, template: Box, difference: Box, sky: Box];

/** The three stamps in boxes, each with its name above it, and the sky in colour where there is an image. */
export const stampRow = (
  panels: StampPanels,
  sky: SkyStamp | null,
  dec: number,
  [science, template, difference, fourth]: StampBoxes,
  fonts: Fonts,
): string =>
  group(
    'stamps',
    stampBox('Science', panels.science, science, fonts, (side) => scaleBar(science, side)),
    stampBox('Template', panels.template, template, fonts, () =>
      Math.abs(dec) <= HIGHEST_COMPASS ? compass(template) : '',
    ),
    stampBox('Difference', panels.difference, difference, fonts, () => colourKey(difference)),
    sky === null ? '' : stampBox('Sky', sky.panel, fourth, fonts, (side) => skyOverlay(sky, fourth, side)),
  );

/** The image's own scale, north up whatever the declination, and the credit that its survey asks for. */
const skyOverlay = ({ credit }: SkyStamp, box: Box, side: number): string =>
  scaleBar(box, side) + label(box.x + box.width, box.y - 4, credit, { size: 9, fill: MUTED, anchor: 'end' });

const stampBox = (
  name: string,
  panel: StampPanel,
  box: Box,
  fonts: Fonts,
  extra: (side: number) => string,
): string => {
  const title = label(box.x, box.y - 4, name, { size: 10, weight: 600, fill: INK });
  if (panel.png === null) return group(`stamp ${name}`, title, empty(panel.problem, box, fonts));
  const image = el('image', {
    ...box,
    // A stamp's pixels are seen as such; the sky is drawn smaller than it is.
    'image-rendering': name === 'Sky' ? undefined : 'optimizeSpeed',
    href: `data:image/png;base64,${panel.png.toString('base64')}`,
  });
  return group(`stamp ${name}`, title, image, crosshair(box, panel.side), extra(panel.side));
};

/** In place of a stamp: why there is none, in as many lines as it takes. */
const empty = (problem: string, box: Box, fonts: Fonts): string => {
  const size = 9;
  const lines = wrap(problem, box.width - 10, size, fonts).slice(0, MOST_LINES);
  const top = box.y + box.height / 2 - ((lines.length - 2) * size * 1.3) / 2;
  return [
    el('rect', { ...box, fill: GRID }),
    ...lines.map((text, i) =>
      label(box.x + box.width / 2, top + i * size * 1.3, text, { size, fill: MUTED, anchor: 'middle' }),
    ),
  ].join('');
};

/** Each stroke twice, dark below bright, so that it is seen on stars and on sky. */
const outlined = (x1: number, y1: number, x2: number, y2: number): string =>
  line(x1, y1, x2, y2, { stroke: RIM, 'stroke-width': 2, 'stroke-opacity': 0.55 }) +
  line(x1, y1, x2, y2, { stroke: OVERLAY, 'stroke-width': 0.9 });

const crosshair = (box: Box, side: number): string => {
  const unit = box.width / side;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const [from, to] = [CROSSHAIR[0] * unit, CROSSHAIR[1] * unit];
  // Two arms suffice to point, and leave the field around the alert to be looked at.
  return group('crosshair', outlined(x + from, y, x + to, y), outlined(x, y - to, x, y - from));
};

const scaleBar = (box: Box, side: number): string => {
  const length = (BAR_ARCSEC / ARCSEC_PER_PIXEL / side) * box.width;
  const [x, y] = [box.x + 6, box.y + box.height - 6];
  return group(
    'scale-bar',
    outlined(x, y, x + length, y),
    label(x + length / 2, y - 4, `${BAR_ARCSEC}″`, {
      size: 9.5,
      weight: 600,
      anchor: 'middle',
      fill: OVERLAY,
      rim: RIM,
    }),
  );
};

/** What the colours of the difference mean, at its lower right: fainter to brighter than the template. */
const colourKey = (box: Box): string => {
  const [steps, step, height] = [12, 2, 5];
  const left = box.x + box.width - steps * step - 13;
  const y = box.y + box.height - 6;
  const text = { size: 10, weight: 600, fill: OVERLAY, rim: RIM } as const;
  return group(
    'colour-key',
    label(left - 2, y, '−', { ...text, anchor: 'end' }),
    ...Array.from({ length: steps }, (_, i) => {
      const [r, g, b] = differenceColour((2 * i) / (steps - 1) - 1);
      // A tenth wider than the step, so that no white hairline shows between the fields.
      return el('rect', {
        x: left + i * step,
        y: y - height - 1,
        width: step * 1.1,
        height,
        fill: `rgb(${r},${g},${b})`,
      });
    }),
    el('rect', {
      x: left,
      y: y - height - 1,
      width: steps * step,
      height,
      fill: 'none',
      stroke: OVERLAY,
      'stroke-width': 0.5,
    }),
    label(left + steps * step + 2, y, '+', text),
  );
};

/** North up, east left, as the first row of a ZTF stamp is its northern and the first column its eastern edge. */
const compass = (box: Box): string => {
  const [x, y] = [box.x + 27, box.y + box.height - 7];
  const arm = 13;
  const text = { size: 9.5, weight: 600, anchor: 'middle', fill: OVERLAY, rim: RIM } as const;
  return group(
    'compass',
    outlined(x, y, x, y - arm),
    outlined(x, y, x - arm, y),
    label(x, y - arm - 3, 'N', text),
    label(x - arm - 6, y + 3.4, 'E', text),
  );
};

import { type Box, wrap } from '../charts/chart.ts';
import type { Fonts } from '../drawing/fonts.ts';
import { GRID, INK, MUTED } from '../drawing/palette.ts';
import { el, group, label, line } from '../drawing/svg.ts';
import { differenceColour } from './stamp-colours.ts';
import type { StampPanel, StampPanels } from './stamp-panels.ts';

/** ZTF's pixels, arcsec. */
const ARCSEC_PER_PIXEL = 1.01;
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

/** The three stamps in boxes, each with its name above it. */
export const stampRow = (
  panels: StampPanels,
  dec: number,
  boxes: { readonly science: Box; readonly template: Box; readonly difference: Box },
  fonts: Fonts,
): string =>
  group(
    'stamps',
    stampBox('Science', panels.science, boxes.science, fonts, (side) => scaleBar(boxes.science, side)),
    stampBox('Template', panels.template, boxes.template, fonts, () =>
      Math.abs(dec) <= HIGHEST_COMPASS ? compass(boxes.template) : '',
    ),
    stampBox('Difference', panels.difference, boxes.difference, fonts, () => colourKey(boxes.difference)),
  );

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
    'image-rendering': 'optimizeSpeed',
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

/** What the colours of the difference mean, above its right end: fainter to brighter than the template. */
const colourKey = (box: Box): string => {
  const [steps, step, height] = [12, 2, 6];
  const left = box.x + box.width - steps * step - 8;
  const y = box.y - 4;
  const text = { size: 10, fill: MUTED } as const;
  return group(
    'colour-key',
    label(left - 2, y, '−', { ...text, anchor: 'end' }),
    ...Array.from({ length: steps }, (_, i) => {
      const [r, g, b] = differenceColour((2 * i) / (steps - 1) - 1);
      // A tenth wider than the step, so that no white hairline shows between the fields.
      return el('rect', {
        x: left + i * step,
        y: y - height,
        width: step * 1.1,
        height,
        fill: `rgb(${r},${g},${b})`,
      });
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

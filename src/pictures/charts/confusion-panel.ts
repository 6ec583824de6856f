import type { Fonts } from '../drawing/fonts.ts';
import { INK, MUTED, OKABE_ITO } from '../drawing/palette.ts';
import { el, group, label } from '../drawing/svg.ts';
import { percent } from './chart.ts';

/** Shares of all objects by true and predicted class; each from 0 to 1, together 1. */
export interface ConfusionInput {
  readonly truePositive: number;
  readonly falseNegative: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
  /** What the classes are called. */
  readonly positive: string;
  readonly negative: string;
}

/** Width of the panel, units. */
export const CONFUSION_WIDTH = 112;

const SMALL = 9.5;
const SPACE = 4;
const HEAD = 28;
const ROW_LABEL = 14;
const RIGHT = OKABE_ITO.blue;
const WRONG = OKABE_ITO.orange;

/** Two rows of two cells: how often the model is right of each class, and how often it is wrong. */
export const confusionPanel = (
  { truePositive, falseNegative, falsePositive, trueNegative, positive, negative }: ConfusionInput,
  { x, y, height }: { readonly x: number; readonly y: number; readonly height: number },
  fonts: Fonts,
): string => {
  const width = (CONFUSION_WIDTH - SPACE) / 2;
  const cellHeight = (height - HEAD - 2 * ROW_LABEL) / 2;
  const columns = [x, x + width + SPACE] as const;
  const small = { size: SMALL, fill: MUTED } as const;
  const column = (at: number, text: string): string =>
    label(at + width / 2, y + 21, fonts.fit(text, width + SPACE, SMALL, 600), {
      ...small,
      fill: INK,
      weight: 600,
      anchor: 'middle',
    });
  const cell = (at: number, top: number, share: number, right: boolean): string =>
    group(
      right ? 'cell right' : 'cell wrong',
      el('rect', {
        x: at,
        y: top,
        width,
        height: cellHeight,
        rx: 3,
        fill: right ? RIGHT : WRONG,
        'fill-opacity': 0.12 + 0.4 * share,
      }),
      label(at + width / 2, top + cellHeight / 2 + 1, percent(share), {
        size: 14,
        weight: 600,
        fill: INK,
        anchor: 'middle',
      }),
      label(at + width / 2, top + cellHeight / 2 + 14, right ? 'right' : 'wrong', {
        size: SMALL,
        fill: INK,
        anchor: 'middle',
      }),
    );
  const row = (index: 0 | 1, name: string, shares: readonly [number, number]): string => {
    const top = y + HEAD + index * (ROW_LABEL + cellHeight);
    return group(
      'row',
      label(x, top + ROW_LABEL - 4, fonts.fit(`truly ${name}`, CONFUSION_WIDTH, SMALL), {
        ...small,
        fill: INK,
      }),
      cell(columns[0], top + ROW_LABEL, shares[0], index === 0),
      cell(columns[1], top + ROW_LABEL, shares[1], index === 1),
    );
  };
  return group(
    'confusion',
    label(x + CONFUSION_WIDTH / 2, y + 8, 'of all objects, taken for', { ...small, anchor: 'middle' }),
    column(columns[0], positive),
    column(columns[1], negative.replace(/^not .+/, 'not')),
    row(0, positive, [truePositive, falseNegative]),
    row(1, negative, [falsePositive, trueNegative]),
  );
};

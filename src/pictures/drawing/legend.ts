import type { Fonts } from './fonts.ts';
import { group, label } from './svg.ts';

/** One entry: a sign and its name. */
export interface LegendEntry {
  /** SVG of the sign, centred on (x, y). */
  readonly sign: (x: number, y: number) => string;
  readonly text: string;
  /** The sign's width, units; default that of a marker. */
  readonly width?: number;
}

const MARKER_WIDTH = 8;
const SPACE = 5;
/** Between entries beside each other, where nothing else is told. */
const GAP = 13;
const LINE_HEIGHT = 1.45;

export interface LegendLook {
  /** Room that the entries have, units. */
  readonly width: number;
  readonly size: number;
  readonly fill: string;
  readonly fonts: Fonts;
}

/**
 * Entries side by side in as many lines as the width needs, from x on; y is the first line's baseline.
 * `bottom` is the last one's.
 */
export const legend = (
  entries: readonly LegendEntry[],
  x: number,
  y: number,
  { width, size, fill, fonts, gap = GAP }: LegendLook & { readonly gap?: number },
): { readonly svg: string; readonly bottom: number } => {
  let at = x;
  let baseline = y;
  const parts: string[] = [];
  for (const { sign, text, width: signWidth = MARKER_WIDTH } of entries) {
    const shown = fonts.fit(text, width - signWidth - SPACE, size);
    const room = signWidth + SPACE + fonts.width(shown, size);
    if (at > x && at + room > x + width) {
      at = x;
      baseline += size * LINE_HEIGHT;
    }
    parts.push(
      sign(at + signWidth / 2, baseline - size * 0.36),
      label(at + signWidth + SPACE, baseline, shown, { size, fill }),
    );
    at += room + gap;
  }
  return { svg: group('legend', ...parts), bottom: baseline };
};

/** Words in lines of at most `width`; a word that is longer than a line is cut short. */
export const wrap = (text: string, width: number, size: number, fonts: Fonts): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    if (lines.length > 0 && fonts.width(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(fonts.fit(word, width, size));
  }
  return lines;
};

/** Entries below each other, for a narrow place: long names in several lines. */
export const legendColumn = (
  entries: readonly LegendEntry[],
  x: number,
  y: number,
  { width, size, fill, fonts }: LegendLook,
): string => {
  const parts: string[] = [];
  let baseline = y;
  for (const { sign, text, width: signWidth = MARKER_WIDTH } of entries) {
    const lines = wrap(text, width - signWidth - SPACE, size, fonts);
    parts.push(
      sign(x + signWidth / 2, baseline - size * 0.36),
      ...lines.map((line, i) =>
        label(x + signWidth + SPACE, baseline + i * size * LINE_HEIGHT * 0.8, line, { size, fill }),
      ),
    );
    baseline += size * LINE_HEIGHT + (lines.length - 1) * size * LINE_HEIGHT * 0.8;
  }
  return group('legend', ...parts);
};

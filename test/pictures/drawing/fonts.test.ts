import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { FONT_FAMILY, loadFonts, type Weight } from '../../../src/pictures/drawing/fonts.ts';
import { label, svgDocument } from '../../../src/pictures/drawing/svg.ts';

const fonts = loadFonts();

/** From the left edge of the first letter to the right edge of the last one, as drawn. */
const drawnWidth = (text: string, size: number, weight: Weight): number =>
  new Resvg(svgDocument(2000, 100, label(10, 60, text, { size, weight })), {
    font: { loadSystemFonts: false, fontFiles: [...fonts.files], defaultFontFamily: FONT_FAMILY },
  }).getBBox()?.width ?? 0;

describe('fonts', () => {
  it.each([
    ['open: fainter than template', 400],
    ['ZTF25aapafwq', 600],
    ['g = 19.83 ± 0.11', 400],
    ['10″ N E − + …', 600],
  ] as const)('%s is as wide as it is drawn', (text, weight) => {
    const drawn = drawnWidth(text, 40, weight);
    expect(drawn).toBeGreaterThan(100);
    expect(Math.abs(fonts.width(text, 40, weight) - drawn) / drawn).toBeLessThan(0.06);
  });

  it('weighs differ: semi-bold letters are wider', () => {
    expect(fonts.width('Science', 10, 600)).toBeGreaterThan(fonts.width('Science', 10, 400));
  });

  it('cuts a text to its room, with an ellipsis', () => {
    const name = `ZTF25${'a'.repeat(195)}`;
    const cut = fonts.fit(name, 150, 15, 600);
    expect(cut).toMatch(/^ZTF25a+…$/);
    expect(fonts.width(cut, 15, 600)).toBeLessThanOrEqual(150);
    expect(fonts.width(`${cut}a`, 15, 600)).toBeGreaterThan(150 - 10);
    expect(fonts.fit('ZTF25aapafwq', 150, 15, 600)).toBe('ZTF25aapafwq');
  });
});

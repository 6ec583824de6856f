import { Resvg } from '@resvg/resvg-js';
import { encodePng } from './encode-png.ts';
import { FONT_FAMILY, type Fonts } from './fonts.ts';

/** Pixels per unit of a picture. Pictures are 360 units wide, as a phone shows them: 3 is sharp there and at 540 px on a desktop of double density. */
export const PIXELS_PER_UNIT = 3;

/** Draws an SVG (opaque, on white) with the given fonts and no others. */
export const rasterise = (svg: string, fonts: Fonts): Buffer => {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PIXELS_PER_UNIT },
    background: '#ffffff',
    font: { loadSystemFonts: false, fontFiles: [...fonts.files], defaultFontFamily: FONT_FAMILY },
  }).render();
  return encodePng(withoutAlpha(image.pixels), image.width, image.height);
};

/** On an opaque background the fourth byte of each pixel says nothing. */
const withoutAlpha = (rgba: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
};

import { Resvg } from '@resvg/resvg-js';
import { encodePng } from './encode-png.ts';
import { FONT_FAMILY, type Fonts } from './fonts.ts';

/**
 * Pixels per unit. Pictures are 360 units wide, which is what a phone shows; three times that is sharp on its
 * screen and, at 540 px, on a desktop's of double density.
 */
export const PIXELS_PER_UNIT = 3;

/** Draws an SVG (opaque, on white) with the given fonts and no others. */
export const rasterise = (svg: string, fonts: Fonts): Buffer => {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PIXELS_PER_UNIT },
    background: '#ffffff',
    font: { loadSystemFonts: false, fontFiles: [...fonts.files], defaultFontFamily: FONT_FAMILY },
  }).render();
  return encodePng(image.pixels, image.width, image.height);
};

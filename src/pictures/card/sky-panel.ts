import { jpegSize } from '../../pipeline/enrich/sky/jpeg-size.ts';
import type { SkyImage } from '../../pipeline/enrich/sky/sky-client.ts';
import { decodeJpeg, encodePng } from '../drawing/rasterise.ts';
import type { StampPanel } from './stamp-panels.ts';

/** No survey's cut-out is larger; a damaged header must not make us allocate gigabytes. */
const LARGEST_SIDE = 1024;
/** An image whose brightest and darkest value are this near to each other shows nothing: off the survey. */
const LEAST_CONTRAST = 12;

/** A colour image of the sky, ready to be shown; null for one that cannot be read, or shows nothing. */
export const skyPanel = (image: SkyImage, arcsecPerPixel: number): StampPanel | null => {
  const size = jpegSize(image.jpeg);
  if (size === null || Math.min(size.width, size.height) < 1) return null;
  if (Math.max(size.width, size.height) > LARGEST_SIDE) return null;
  const decoded = decodeJpeg(image.jpeg, size.width, size.height);
  if (decoded === null || contrast(decoded) < LEAST_CONTRAST) return null;
  return {
    png: encodePng(decoded, size.width, size.height),
    // In the stamps' pixels, which overlays are measured in.
    side: image.fieldArcsec / arcsecPerPixel,
    problem: null,
  };
};

/** From RGBA: between the darkest and the brightest value of the three colours. */
const contrast = (pixels: Uint8Array): number => {
  let [low, high] = [255, 0];
  for (let i = 0; i < pixels.length; i += 1) {
    if (i % 4 === 3) continue;
    const value = pixels[i] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
};

import { encodePng } from '../drawing/rasterise.ts';
import type { Stamp } from './read-stamp.ts';
import type { Stretch } from './stretch.ts';

export type Rgb = readonly [number, number, number];

/** Where there are no data: the same grey in all three stamps. */
const NO_DATA: Rgb = [128, 128, 128];

/** Science and template: black sky, white stars. */
export const greyOf = (y: number): Rgb => {
  const level = Math.round(255 * y);
  return [level, level, level];
};

/**
 * Difference: dark where nothing changed, blue to white where the source became fainter, orange to white
 * where it became brighter. Blue and orange stay apart under every common colour-vision deficiency, and a
 * colour cannot be taken for the grey of no data.
 */
const FAINTER: readonly Rgb[] = [
  [14, 14, 18],
  [8, 48, 92],
  [86, 180, 233],
  [226, 243, 255],
];
const BRIGHTER: readonly Rgb[] = [
  [14, 14, 18],
  [98, 46, 6],
  [240, 159, 40],
  [255, 246, 220],
];

export const differenceColour = (y: number): Rgb => {
  const stops = y < 0 ? FAINTER : BRIGHTER;
  const at = Math.min(1, Math.abs(y)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [stops[i] ?? NO_DATA, stops[i + 1] ?? NO_DATA];
  const mix = (k: 0 | 1 | 2): number => Math.round(from[k] + (to[k] - from[k]) * (at - i));
  return [mix(0), mix(1), mix(2)];
};

/** Colours are looked up in this many steps from -1 to 1: far finer than the eye. */
const STEPS = 511;

/** A stamp as a PNG of one pixel per pixel, its first row on top. */
export const stampPng = (stamp: Stamp, stretch: Stretch, colour: (y: number) => Rgb): Buffer => {
  const table = Array.from({ length: 2 * STEPS + 1 }, (_, i) => colour((i - STEPS) / STEPS));
  const rgb = new Uint8Array(stamp.pixels.length * 3);
  for (let i = 0; i < stamp.pixels.length; i += 1) {
    const y = stretch(stamp.pixels[i] ?? Number.NaN);
    const [r, g, b] = table[Math.round(STEPS * (1 + y))] ?? NO_DATA;
    rgb[3 * i] = r;
    rgb[3 * i + 1] = g;
    rgb[3 * i + 2] = b;
  }
  return encodePng(rgb, stamp.width, stamp.height);
};

import type { Stamp } from './read-stamp.ts';
import { skyOf } from './stretch.ts';

/** Pixels of a whole ZTF cutout along a side; the alert is in the middle one, 31 from 0. */
const STAMP_SIDE = 63;
const MIDDLE = (STAMP_SIDE - 1) / 2;
/** How far from its pixel a source's peak may be, pixels. */
const REACH = 2;

/** Column and row of a stamp's pixel, from 0. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/**
 * The pixel of the alert. At the edge of a detector ZTF's stamps are cut, on one side or the other, and
 * nothing says on which: of the possible pixels the one with the highest peak in the difference wins.
 */
export const alertPixel = (difference: Stamp): Pixel => {
  const { width, height, pixels } = difference;
  const candidates = possiblePixels(width).flatMap((x) => possiblePixels(height).map((y) => ({ x, y })));
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  const sky = skyOf(pixels)?.level ?? 0;
  const peak = ({ x, y }: Pixel): number => {
    let highest = 0;
    for (let row = Math.max(0, y - REACH); row <= Math.min(height - 1, y + REACH); row += 1) {
      for (let column = Math.max(0, x - REACH); column <= Math.min(width - 1, x + REACH); column += 1) {
        const size = Math.abs((pixels[row * width + column] ?? Number.NaN) - sky);
        if (size > highest) highest = size;
      }
    }
    return highest;
  };
  return candidates.reduce((best, pixel) => (peak(pixel) > peak(best) ? pixel : best));
};

/** Where the alert may be along a side of `length` pixels: a whole side, one cut at its end, or at its start. */
const possiblePixels = (length: number): [number, ...number[]] => {
  if (length >= STAMP_SIDE) return [(length - 1) >> 1];
  const cutAtStart = length - 1 - MIDDLE;
  return cutAtStart >= 0 ? [MIDDLE, cutAtStart] : [(length - 1) >> 1];
};

/** Pads a cut stamp with NaN to a square with the alert in the middle. */
export const placeStamp = (stamp: Stamp, alert: Pixel): Stamp => {
  const side = Math.max(STAMP_SIDE, stamp.width, stamp.height);
  const middle = (side - 1) >> 1;
  const [left, top] = [middle - alert.x, middle - alert.y];
  if (side === stamp.width && side === stamp.height && left === 0 && top === 0) return stamp;
  const pixels = new Float32Array(side * side).fill(Number.NaN);
  for (let row = 0; row < stamp.height; row += 1) {
    const y = row + top;
    if (y < 0 || y >= side) continue;
    for (let column = 0; column < stamp.width; column += 1) {
      const x = column + left;
      if (x < 0 || x >= side) continue;
      pixels[y * side + x] = stamp.pixels[row * stamp.width + column] ?? Number.NaN;
    }
  }
  return { width: side, height: side, pixels };
};

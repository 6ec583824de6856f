import { closeSync, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { FinkvraError } from '../../../lib/errors.ts';
import type { Galactic } from '../galactic-coordinates.ts';
import { headerNumber, readAt, readFitsHeader } from './fits-header.ts';

const RADIANS = Math.PI / 180;
const BYTES_PER_PIXEL = 4;

/** What the header of one SFD map says. */
export interface SfdLayout {
  /** 1 for the map around the north Galactic pole (b >= 0), -1 for the south. */
  readonly pole: 1 | -1;
  readonly width: number;
  readonly height: number;
  /** The pole's pixel, counted from 1 at the centre of the first; a cutout has it outside. */
  readonly poleX: number;
  readonly poleY: number;
  /** Pixels from the pole to the Galactic equator: 2048 in the full maps. */
  readonly scale: number;
  readonly dataOffset: number;
}

/** One SFD map, read four pixels a lookup; nothing of it is held in memory. */
export interface SfdMap {
  readonly path: string;
  readonly layout: SfdLayout;
  /**
   * E(B-V) in magnitudes as Schlegel, Finkbeiner and Davis (1998, ApJ 500, 525) give it, not rescaled by
   * 0.86; bilinear between the four pixels around the direction. Null for a direction outside the map.
   */
  ebv(direction: Galactic): number | null;
  close(): void;
}

/** @throws FinkvraError if the open file is not an SFD map or is shorter than its header says */
export const readSfdLayout = (file: number, path: string): SfdLayout => {
  const name = basename(path);
  const header = readFitsHeader(file, name);
  const number = (keyword: string, otherwise?: number): number =>
    headerNumber(header, keyword, name, otherwise);
  const pole = header.cards.get('LAM_NSGP');
  if (pole !== 1 && pole !== -1) {
    throw new FinkvraError(`${name} is not an SFD dust map: its header has no LAM_NSGP of 1 or -1`);
  }
  if (number('BITPIX') !== -32 || number('NAXIS') !== 2) {
    throw new FinkvraError(`${name} is not an SFD dust map: expected a picture of 32-bit floating point`);
  }
  if (number('BSCALE', 1) !== 1 || number('BZERO', 0) !== 0) {
    throw new FinkvraError(`${name} has scaled pixels (BSCALE, BZERO), which no SFD dust map has`);
  }
  const [width, height] = [number('NAXIS1'), number('NAXIS2')];
  const end = header.dataOffset + width * height * BYTES_PER_PIXEL;
  const size = fstatSync(file).size;
  if (size < end) throw new FinkvraError(`${name} is cut short: ${size} bytes of ${end}`);
  return {
    pole,
    width,
    height,
    poleX: number('CRPIX1'),
    poleY: number('CRPIX2'),
    scale: number('LAM_SCAL'),
    dataOffset: header.dataOffset,
  };
};

/** Rounding may put a direction on the rim of the map this far (in pixels) outside of its outermost pixel. */
const RIM = 1e-6;

/** Opens one map (the full one or a cutout of it). @throws FinkvraError as readSfdLayout does */
export const openSfdMap = (path: string): SfdMap => {
  const file = openSync(path, 'r');
  try {
    return mapOf(file, path, readSfdLayout(file, path));
  } catch (error) {
    closeSync(file);
    throw error;
  }
};

const mapOf = (file: number, path: string, layout: SfdLayout): SfdMap => {
  const { pole, width, height, poleX, poleY, scale, dataOffset } = layout;

  /** Two neighbours of a row, in one read; the last column stands in for the one beyond it. */
  const readPair = (row: number, column: number): readonly [number, number] => {
    const count = column + 1 < width ? 2 : 1;
    const position = dataOffset + (row * width + column) * BYTES_PER_PIXEL;
    const bytes = readAt(file, position, count * BYTES_PER_PIXEL);
    const first = bytes.readFloatBE(0);
    return [first, count === 2 ? bytes.readFloatBE(BYTES_PER_PIXEL) : first];
  };

  const ebv = ({ l, b }: Galactic): number | null => {
    // The Lambert (zenithal equal-area) projection of SFD 1998, appendix C.
    const radius = scale * Math.sqrt(1 - pole * Math.sin(b * RADIANS));
    const x = poleX - 1 + radius * Math.cos(l * RADIANS);
    const y = poleY - 1 - pole * radius * Math.sin(l * RADIANS);
    const inside = x >= -0.5 - RIM && x <= width - 0.5 + RIM && y >= -0.5 - RIM && y <= height - 0.5 + RIM;
    if (!inside) return null;
    // On the outer half of the outermost pixels there is nothing to interpolate towards.
    const px = Math.min(Math.max(x, 0), width - 1);
    const py = Math.min(Math.max(y, 0), height - 1);
    const [column, row] = [Math.floor(px), Math.floor(py)];
    const [fx, fy] = [px - column, py - row];
    const lower = readPair(row, column);
    const upper = row + 1 < height ? readPair(row + 1, column) : lower;
    const value =
      (1 - fy) * ((1 - fx) * lower[0] + fx * lower[1]) + fy * ((1 - fx) * upper[0] + fx * upper[1]);
    return Number.isFinite(value) ? value : null;
  };

  return { path, layout, ebv, close: () => closeSync(file) };
};

import { closeSync, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { FinkvraError } from '../../../lib/errors.ts';
import type { Galactic } from '../galactic-coordinates.ts';
import { type FitsHeader, headerNumber, readAt, readFitsHeader } from './fits-header.ts';
import { pixelCount, ringPixel } from './healpix.ts';

/** HEALPix's mark for a pixel without a value. */
const UNSEEN = -1.6375e30;

export interface HealpixLayout {
  readonly nside: number;
  readonly dataOffset: number;
  readonly rowBytes: number;
  /** Values of the map in one row of the table: 1, or 1024 as healpy writes it. */
  readonly perRow: number;
  readonly valueBytes: 4 | 8;
}

/** A HEALPix map of the sky, read one pixel a lookup. */
export interface HealpixMap {
  readonly path: string;
  readonly layout: HealpixLayout;
  /** The value of the pixel that holds the direction; null where the map has none. */
  valueAt(direction: Galactic): number | null;
  close(): void;
}

/** True if the open FITS file's second unit says that it is a HEALPix map. */
const isHealpix = (header: FitsHeader): boolean => header.cards.get('PIXTYPE') === 'HEALPIX';

/** The header of the first extension: HEALPix maps have an empty primary unit. */
const firstExtension = (file: number, name: string): FitsHeader => {
  const primary = readFitsHeader(file, name);
  if (headerNumber(primary, 'NAXIS', name) !== 0) {
    throw new FinkvraError(`${name} is not a HEALPix map: its first unit is a picture, not an empty one`);
  }
  return readFitsHeader(file, name, primary.dataOffset);
};

/** @throws FinkvraError if the open file is not a HEALPix map in Galactic coordinates and RING order */
export const readHealpixLayout = (file: number, path: string): HealpixLayout => {
  const name = basename(path);
  const header = firstExtension(file, name);
  if (!isHealpix(header)) throw new FinkvraError(`${name} is not a HEALPix map`);
  const text = (keyword: string): string => String(header.cards.get(keyword) ?? '').toUpperCase();
  if (text('ORDERING') !== 'RING') {
    throw new FinkvraError(`${name} is in ${text('ORDERING') || 'no'} order; only RING is read`);
  }
  if (text('COORDSYS') !== '' && !text('COORDSYS').startsWith('G')) {
    throw new FinkvraError(`${name} is in coordinates ${text('COORDSYS')}; only Galactic (G) is read`);
  }
  if (text('INDXSCHM') !== '' && text('INDXSCHM') !== 'IMPLICIT') {
    throw new FinkvraError(
      `${name} lists its pixels (INDXSCHM EXPLICIT); only a map of the full sky is read`,
    );
  }
  const [, repeat = '', code = ''] = /^(\d*)([ED])$/.exec(text('TFORM1')) ?? [];
  if (code === '') throw new FinkvraError(`${name} has a first column that is not floating point`);
  const layout: HealpixLayout = {
    nside: headerNumber(header, 'NSIDE', name),
    dataOffset: header.dataOffset,
    rowBytes: headerNumber(header, 'NAXIS1', name),
    perRow: repeat === '' ? 1 : Number(repeat),
    valueBytes: code === 'E' ? 4 : 8,
  };
  const rows = headerNumber(header, 'NAXIS2', name);
  if (rows * layout.perRow !== pixelCount(layout.nside)) {
    throw new FinkvraError(
      `${name} has ${rows * layout.perRow} pixels, not 12 x ${layout.nside} x ${layout.nside}`,
    );
  }
  const end = layout.dataOffset + rows * layout.rowBytes;
  const size = fstatSync(file).size;
  if (size < end) throw new FinkvraError(`${name} is cut short: ${size} bytes of ${end}`);
  return layout;
};

/** @throws FinkvraError as readHealpixLayout does */
export const openHealpixMap = (path: string): HealpixMap => {
  const file = openSync(path, 'r');
  try {
    return mapOf(file, path, readHealpixLayout(file, path));
  } catch (error) {
    closeSync(file);
    throw error;
  }
};

const mapOf = (file: number, path: string, layout: HealpixLayout): HealpixMap => {
  const { nside, dataOffset, rowBytes, perRow, valueBytes } = layout;
  const valueAt = ({ l, b }: Galactic): number | null => {
    if (!(Number.isFinite(l) && b >= -90 && b <= 90)) return null;
    const pixel = ringPixel(nside, l, b);
    const position = dataOffset + Math.floor(pixel / perRow) * rowBytes + (pixel % perRow) * valueBytes;
    const bytes = readAt(file, position, valueBytes);
    const value = valueBytes === 4 ? bytes.readFloatBE(0) : bytes.readDoubleBE(0);
    return Number.isFinite(value) && value > UNSEEN / 2 ? value : null;
  };
  return { path, layout, valueAt, close: () => closeSync(file) };
};

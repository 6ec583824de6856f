import { gunzipSync } from 'node:zlib';
import { FinkvraError, messageOf } from '../../lib/errors.ts';

/** One cutout, in the units of the image (DN for ZTF). */
export interface Stamp {
  readonly width: number;
  readonly height: number;
  /**
   * Row after row as delivered, NaN where there are no data. Of a ZTF stamp the first row is the
   * northernmost and the first column the easternmost (see this folder's README).
   */
  readonly pixels: Float32Array;
}

const BLOCK = 2880;
const CARD = 80;
const FLOAT32 = -32;
/** No survey's stamp is larger; a damaged header must not make us allocate gigabytes. */
const LARGEST_SIDE = 512;
const MOST_BYTES = 4 * LARGEST_SIDE ** 2 + 16 * BLOCK;

/**
 * Reads a stamp: gzip of a FITS file with one two-dimensional image of big-endian float32. The first card
 * may be ZTF's `SIMPLE  =  T` (value in column 12), which the standard does not allow.
 *
 * @throws FinkvraError saying what is wrong with the bytes
 */
export const readStamp = (bytes: Uint8Array): Stamp => {
  const file = unzip(bytes);
  const { cards, dataOffset } = readHeader(file);
  const number = (keyword: string): number => {
    const value = Number(cards.get(keyword));
    if (!Number.isInteger(value)) throw new FinkvraError(`the stamp's FITS header has no ${keyword}`);
    return value;
  };
  if (number('BITPIX') !== FLOAT32) {
    throw new FinkvraError(`the stamp's pixels are BITPIX ${number('BITPIX')}, not 32-bit floats (-32)`);
  }
  if (number('NAXIS') !== 2) throw new FinkvraError(`the stamp has ${number('NAXIS')} axes, not 2`);
  const [width, height] = [number('NAXIS1'), number('NAXIS2')];
  if (Math.min(width, height) < 1 || Math.max(width, height) > LARGEST_SIDE) {
    throw new FinkvraError(`the stamp is ${width} x ${height} pixels`);
  }
  const data = file.subarray(dataOffset, dataOffset + 4 * width * height);
  if (data.length < 4 * width * height) {
    throw new FinkvraError(`the stamp ends after ${data.length} of ${4 * width * height} bytes of pixels`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const pixels = new Float32Array(width * height);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = pixelOf(view.getFloat32(4 * i));
  return { width, height, pixels };
};

/** ZTF's blank pixels are -3.4e38: nothing that is measured comes near this. */
const BLANK = 1e20;
const pixelOf = (value: number): number => (Math.abs(value) < BLANK ? value : Number.NaN);

const unzip = (bytes: Uint8Array): Buffer => {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw new FinkvraError(`the stamp is not readable gzip: ${messageOf(error)}`, { cause: error });
  }
};

/** Keywords with their values as text, and where the data begin. */
const readHeader = (file: Buffer): { cards: ReadonlyMap<string, string>; dataOffset: number } => {
  if (file.toString('latin1', 0, 6) !== 'SIMPLE') throw new FinkvraError('the stamp is not a FITS file');
  const cards = new Map<string, string>();
  for (let at = 0; at + CARD <= file.length; at += CARD) {
    const card = file.toString('latin1', at, at + CARD);
    const keyword = card.slice(0, 8).trimEnd();
    if (keyword === 'END') return { cards, dataOffset: Math.ceil((at + CARD) / BLOCK) * BLOCK };
    if (card[8] === '=') cards.set(keyword, (card.slice(9).split('/', 1)[0] ?? '').trim());
  }
  throw new FinkvraError("the stamp's FITS header has no end");
};

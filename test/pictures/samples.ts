import { gzipSync } from 'node:zlib';
import { type Alert, type Epoch, NO_CONTEXT, type Stamps } from '../../src/pipeline/alert.ts';
import { alertWith } from '../helpers/alerts.ts';

/** A FITS header in 80-character cards, padded to a block. */
export const fitsHeader = (cards: readonly string[]): Buffer => {
  const text = cards.map((card) => card.padEnd(80)).join('');
  return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1');
};

export const stampCards = (width: number, height: number): readonly string[] => [
  'SIMPLE  =  T',
  'BITPIX  =                  -32',
  'NAXIS   =                    2',
  `NAXIS1  = ${String(width).padStart(20)}`,
  `NAXIS2  = ${String(height).padStart(20)} / rows`,
  "BUNIT   = 'DN      '",
  'END',
];

/** A stamp as ZTF packs it, of the values that `at` gives for column x and row y. */
export const stampBytes = (
  at: (x: number, y: number) => number,
  width = 63,
  height = 63,
  cards = stampCards(width, height),
): Buffer => {
  const data = Buffer.alloc(4 * width * height);
  for (let i = 0; i < width * height; i += 1) data.writeFloatBE(at(i % width, Math.floor(i / width)), 4 * i);
  return gzipSync(Buffer.concat([fitsHeader(cards), data]));
};

/** The same noise everywhere it is used: standard deviation 1, from sums of a hashed position. */
export const noise = (x: number, y: number): number => {
  let sum = 0;
  for (let k = 0; k < 12; k += 1) {
    const sine = Math.sin(x * 12.9898 + y * 78.233 + k * 37.719) * 43758.5453;
    sum += sine - Math.floor(sine);
  }
  return sum - 6;
};

export const epoch = (jd: number, fid: number, magpsf: number | null, more: Partial<Epoch> = {}): Epoch => ({
  jd,
  fid,
  magpsf,
  sigmapsf: magpsf === null ? null : 0.1,
  diffmaglim: 20.5,
  isdiffpos: magpsf === null ? null : 't',
  distnr: null,
  magnr: null,
  sigmagnr: null,
  ...more,
});

export const JD = 2460818.75;
export const NO_STAMPS: Stamps = { science: null, template: null, difference: null };

/** An alert with the given epochs, the current one first. */
export const sampleAlert = (epochs: readonly Epoch[], more: Partial<Alert> = {}): Alert =>
  alertWith({
    candid: '3000000000000000001',
    objectId: 'ZTF25aaaaaaa',
    jd: JD,
    ra: 150,
    dec: 20,
    fid: epochs[0]?.fid ?? 1,
    magpsf: epochs[0]?.magpsf ?? 19,
    sigmapsf: 0.1,
    context: NO_CONTEXT,
    epochs,
    ...more,
  });

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readStamp } from '../../../src/pictures/card/read-stamp.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import { fitsHeader, stampBytes, stampCards } from '../samples.ts';

const replaced = (cards: readonly string[], keyword: string, card: string): readonly string[] =>
  cards.map((one) => (one.startsWith(keyword) ? card : one));

describe('readStamp', () => {
  it('gives the pixels row after row as delivered, NaN kept', () => {
    const { width, height, pixels } = readStamp(
      stampBytes((x, y) => (x === 2 && y === 1 ? Number.NaN : x + 100 * y)),
    );
    expect([width, height, pixels.length]).toEqual([63, 63, 3969]);
    expect([pixels[0], pixels[5], pixels[63], pixels[62 * 63 + 62]]).toEqual([0, 5, 100, 6262]);
    expect(pixels[63 + 2]).toBeNaN();
  });

  it('reads blank pixels, which ZTF writes as -3.4e38, as no data', () => {
    const { pixels } = readStamp(stampBytes((x) => (x === 3 ? -3.4028234663852886e38 : 7)));
    expect([pixels[2], pixels[4]]).toEqual([7, 7]);
    expect(pixels[3]).toBeNaN();
  });

  it('reads a stamp that is cut at the edge of the detector', () => {
    const { width, height } = readStamp(stampBytes(() => 1, 63, 58));
    expect([width, height]).toEqual([63, 58]);
  });

  it('reads a standard first card as well', () => {
    const cards = replaced(stampCards(3, 2), 'SIMPLE', 'SIMPLE  =                    T');
    expect([...readStamp(stampBytes((x) => x, 3, 2, cards)).pixels]).toEqual([0, 1, 2, 0, 1, 2]);
  });

  const cards = stampCards(63, 63);
  it.each([
    ['bytes that are not gzip', Buffer.from('hello'), /not readable gzip: incorrect header check/],
    ['no bytes', Buffer.alloc(0), /not readable gzip/],
    [
      'half a file',
      stampBytes((x, y) => Math.sin(x * y)).subarray(0, 3000),
      /not readable gzip: unexpected end/,
    ],
    ['gzip of something else', gzipSync('a letter'), /not a FITS file/],
    ['a header without end', gzipSync(fitsHeader(cards.slice(0, -1))), /header has no end/],
    [
      'integers',
      stampBytes(() => 1, 63, 63, replaced(cards, 'BITPIX', 'BITPIX  =   16')),
      /BITPIX 16, not 32-bit floats/,
    ],
    ['a cube', stampBytes(() => 1, 63, 63, replaced(cards, 'NAXIS ', 'NAXIS   =   3')), /3 axes, not 2/],
    ['no width', stampBytes(() => 1, 63, 63, replaced(cards, 'NAXIS1', 'COMMENT')), /no NAXIS1/],
    [
      'a width in words',
      stampBytes(() => 1, 63, 63, replaced(cards, 'NAXIS1', 'NAXIS1  = wide')),
      /no NAXIS1/,
    ],
    [
      'an absurd size',
      stampBytes(() => 1, 63, 63, replaced(cards, 'NAXIS1', 'NAXIS1  = 999999')),
      /999999 x 63 pixels/,
    ],
    ['no pixels', stampBytes(() => 1, 0, 63), /0 x 63 pixels/],
    ['fewer pixels than announced', stampBytes(() => 1, 63, 10, cards), /ends after 2520 of 15876 bytes/],
  ])('says what is wrong with %s', (_, bytes, message) => {
    expect(() => readStamp(bytes)).toThrow(message);
  });

  it('does not unpack a bomb', () => {
    expect(() => readStamp(gzipSync(Buffer.alloc(50_000_000)))).toThrow(/not readable gzip/);
  });
});

describe.skipIf(!hasSharedData)(`real stamps${sharedNote}`, () => {
  it('all of them are read', async () => {
    const sizes = new Map<string, number>();
    for await (const batch of (await readPath([sharedPath('alerts')])).batches()) {
      for (const item of batch.items) {
        if (item.kind !== 'alert') continue;
        for (const bytes of Object.values(item.alert.stamps)) {
          if (bytes === null) continue;
          const { width, height, pixels } = readStamp(bytes);
          expect(pixels.some(Number.isFinite)).toBe(true);
          sizes.set(`${width} x ${height}`, (sizes.get(`${width} x ${height}`) ?? 0) + 1);
        }
      }
    }
    expect(Object.fromEntries(sizes)).toEqual({ '63 x 63': 318, '63 x 58': 3 });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type CardPictureInput, cardPicture, cardSvg } from '../../../src/pictures/card/card-picture.ts';
import { loadFonts } from '../../../src/pictures/drawing/fonts.ts';
import type { ForcedPoint, HistoryPoint } from '../../../src/pipeline/alert.ts';
import { decodePng, markersOf, textsOf } from '../images.ts';
import { epoch, JD, NO_STAMPS, noise, sampleAlert, stampBytes } from '../samples.ts';

const fonts = loadFonts();
const YEAR = 365.25;
const EPOCHS = [epoch(JD, 1, 18.5), epoch(JD - 3, 2, 19), epoch(JD - 20, 2, null)];
const stamp = stampBytes((x, y) => 100 + 10 * noise(x, y));
const STAMPS = { science: stamp, template: stamp, difference: stamp };
const jpeg = readFileSync(join(import.meta.dirname, '..', '..', 'sky', 'field.jpg'));
const SKY = { jpeg, fieldArcsec: 30, credit: 'PS1 / CDS' };
/** Five years of a source that is seen in every second visit, and once below its template. */
const HISTORY: readonly HistoryPoint[] = Array.from({ length: 40 }, (_, i) => {
  const {
    distnr: _a,
    magnr: _b,
    sigmagnr: _c,
    ...point
  } = epoch(JD - 5 * YEAR + i * 40, 1 + (i % 2), i % 2 === 0 ? null : 19 + (i % 5) / 5);
  return i === 7 ? { ...point, isdiffpos: 'f' } : point;
});

const svgOf = (more: Partial<CardPictureInput> = {}): string =>
  cardSvg({ alert: sampleAlert(EPOCHS), stamps: STAMPS, ...more }, fonts);
const namesIn = (svg: string): string[] => textsOf(svg, 'legend').map(({ text }) => text);

const FULL: Readonly<Record<string, Partial<CardPictureInput>>> = {
  'the packet alone': {},
  'a packet without stamps': { stamps: NO_STAMPS },
  'without stamps but with the sky': { stamps: NO_STAMPS, sky: SKY },
  'a history': { history: HISTORY },
  'the sky': { sky: SKY },
  'everything there is': { history: HISTORY, sky: SKY },
};

describe.each(Object.entries(FULL))('the layout with %s', (_, more) => {
  const svg = svgOf(more);

  it('is 4:3, and drawn with two pixels a unit', () => {
    const image = decodePng(cardPicture({ alert: sampleAlert(EPOCHS), stamps: STAMPS, ...more }, fonts));
    expect([image.width, image.height]).toEqual([720, 540]);
  });

  it('has no lettering below 9 px where it is shown 360 px wide, and none out of the picture', () => {
    const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(9);
    for (const [, x, y] of svg.matchAll(/<text x="(-?[\d.]+)" y="(-?[\d.]+)"/g)) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThanOrEqual(360);
      expect(Number(y)).toBeGreaterThan(0);
      expect(Number(y)).toBeLessThanOrEqual(268);
    }
  });
});

describe('the panel of the years', () => {
  const svg = svgOf({ history: HISTORY });
  const years = svg.slice(svg.indexOf('class="history"'));

  it('shows detections of the whole history in the same bands and markers, brighter ones higher', () => {
    const g = markersOf(years, 'g positive');
    const r = markersOf(years, 'r positive');
    expect(r.length + g.length + markersOf(years, 'r negative').length).toBe(20 + 2);
    expect(r[0]?.element).toMatch(/^<path .*fill="#d55e00"/);
    // The alert's own 18.5 mag is the brightest of all, and the latest.
    const highest = Math.min(...[...g, ...r].map(({ y }) => y));
    expect(g.find(({ y }) => y === highest)?.x).toBe(Math.max(...[...g, ...r].map(({ x }) => x)));
  });

  it('shows limits faintly', () => {
    const limit = markersOf(years, 'g limit')[0]?.element ?? '';
    expect(Number(/stroke-opacity="([\d.]+)"/.exec(limit)?.[1])).toBeLessThan(0.4);
  });

  it('counts in years', () => {
    expect(textsOf(svg, 'years-axis').map(({ text }) => text)).toEqual(['0', '2', '4', 'years before']);
  });

  it('leaves the thirty days of the packet as they are', () => {
    const days = svg.slice(svg.indexOf('class="light-curve"'), svg.indexOf('class="history"'));
    expect(markersOf(days, 'g positive current')).toHaveLength(1);
    expect(markersOf(days, 'r positive')).toHaveLength(1);
    expect(textsOf(svg, 'age-axis').at(-1)?.text).toBe('days before the alert on MJD 60818.25');
  });

  it('is not there without a history, and shows nothing from after the alert', () => {
    for (const history of [null, [], [{ ...epoch(JD + 5, 1, 18), distnr: null }]])
      expect(svgOf({ history })).not.toContain('class="history"');
  });
});

describe('forced photometry', () => {
  const forced = (age: number, fid: number, flux: number, fluxError = 1): ForcedPoint => ({
    jd: JD - age,
    fid,
    flux,
    fluxError,
    zeroPoint: 25,
  });
  const withForced = (...points: ForcedPoint[]): string =>
    cardSvg({ alert: { ...sampleAlert(EPOCHS), forced: points }, stamps: STAMPS }, fonts);

  it('is drawn with a sign of its own, which the legend explains', () => {
    const svg = withForced(forced(8, 1, 100, 10), forced(9, 2, -80, 10));
    expect(markersOf(svg, 'g positive forced')).toHaveLength(1);
    expect(markersOf(svg, 'r negative forced')).toHaveLength(1);
    expect(namesIn(svg).join(' ')).toContain('forced photometry');
    expect(namesIn(svgOf()).join(' ')).not.toContain('forced');
  });

  it('stands at zero point - 2.5 log10 flux: 100 counts and 25 mag are 20 mag', () => {
    const svg = withForced(forced(8, 1, 100, 10));
    const [mark] = markersOf(svg, 'g positive forced');
    const axis = textsOf(svg, 'magnitude-axis').find(({ text }) => text === '20.0');
    expect(mark?.y).toBeCloseTo((axis?.y ?? 0) - 3.6, 1);
  });

  it('is left out below 3 sigma, where a number is missing, and where the packet has the detection itself', () => {
    const nothing = withForced(
      forced(8, 1, 2, 1),
      { ...forced(9, 1, 100), flux: null },
      { ...forced(9.5, 1, 100), zeroPoint: null },
      forced(0, 1, 100),
    );
    expect(nothing).not.toContain('forced');
    // The limit of the same exposure stays: that is what was seen at the time.
    const limit = withForced(forced(20, 2, 100, 10));
    expect(markersOf(limit, 'r positive forced')).toHaveLength(1);
    expect(markersOf(limit, 'r limit')).toHaveLength(1);
  });
});

describe('the sky in colour', () => {
  const [STAMP, GAP] = [81, (360 - 18 - 4 * 81) / 3];
  const left = 9 + 3 * (STAMP + GAP);

  it('is the fourth stamp, north up and east left, with its credit, its own scale and a crosshair', () => {
    const svg = svgOf({ sky: SKY });
    expect(textsOf(svg, 'stamp Sky').map(({ text }) => text)).toEqual(['Sky', '10″', 'PS1 / CDS']);
    const bar = /class="stamp Sky".*?class="scale-bar"><line x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"/.exec(
      svg,
    );
    expect(Number(bar?.[2]) - Number(bar?.[1])).toBeCloseTo((10 / 30) * STAMP, 1);
    expect(/class="stamp Sky".*?class="crosshair"/.test(svg)).toBe(true);
    const image = decodePng(cardPicture({ alert: sampleAlert(EPOCHS), stamps: STAMPS, sky: SKY }, fonts));
    const at = (x: number, y: number): readonly [number, number, number] =>
      image.at(2 * (left + (x / 256) * STAMP), 2 * (37 + (y / 256) * STAMP));
    // The picture has a bright star in its upper left corner and a red one in its lower right.
    expect(Math.min(...at(46, 40))).toBeGreaterThan(180);
    expect(Math.max(...at(210, 40))).toBeLessThan(90);
    const [red, , blue] = at(206, 214);
    expect(red).toBeGreaterThan(blue + 60);
  });

  test.each([
    ['no image', null],
    ['a page of HTML', Buffer.from('<html>503</html>')],
    ['half a JPEG', jpeg.subarray(0, jpeg.length / 2)],
    ['a JPEG that is torn inside', Buffer.concat([jpeg.subarray(0, 700), Buffer.from([0xff, 0xd9])])],
    ['a JPEG that says it is enormous', enormous()],
    [
      'a field off the survey, of one colour',
      readFileSync(join(import.meta.dirname, '..', '..', 'sky', 'blank.jpg')),
    ],
  ])('is absent for %s, and the legend takes its place', (_, bytes) => {
    const svg = svgOf({ sky: bytes === null ? null : { ...SKY, jpeg: bytes } });
    expect(svg).not.toContain('stamp Sky');
    expect(textsOf(svg, 'legend')[0]?.x).toBeGreaterThan(left);
    expect(svg.match(/<image /g)).toHaveLength(3);
  });
});

/** The same file with 60,000 x 60,000 in its header. */
function enormous(): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(60_000, frame + 5);
  copy.writeUInt16BE(60_000, frame + 7);
  return copy;
}

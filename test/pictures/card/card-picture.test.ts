import { describe, expect, it } from 'vitest';
import { cardPicture, cardSvg } from '../../../src/pictures/card/card-picture.ts';
import { loadFonts } from '../../../src/pictures/drawing/fonts.ts';
import type { Epoch, Stamps } from '../../../src/pipeline/alert.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import { decodePng, markersOf, textsOf } from '../images.ts';
import { epoch, JD, NO_STAMPS, noise, sampleAlert, stampBytes } from '../samples.ts';

const fonts = loadFonts();
const svgOf = (epochs: readonly Epoch[], stamps: Stamps = NO_STAMPS): string =>
  cardSvg({ alert: sampleAlert(epochs), stamps }, fonts);
const first = <T>(list: readonly T[]): T => {
  const [one] = list;
  if (one === undefined) throw new Error('there is none');
  return one;
};
const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return first(list);
};

const HISTORY = [
  epoch(JD, 1, 18.5),
  epoch(JD - 3, 1, 19),
  epoch(JD - 10, 2, 20),
  epoch(JD - 20, 2, null),
  epoch(JD - 25, 1, null, { diffmaglim: 20.8 }),
];

describe('the light curve', () => {
  const svg = svgOf(HISTORY);

  it('has brighter points higher and later points further right', () => {
    const now = only(markersOf(svg, 'g positive current'));
    const before = only(markersOf(svg, 'g positive'));
    const red = only(markersOf(svg, 'r positive'));
    expect(now.y).toBeLessThan(before.y);
    expect(before.y).toBeLessThan(red.y);
    expect(now.x).toBeGreaterThan(before.x);
    expect(before.x).toBeGreaterThan(red.x);
    // Equal steps of magnitude are equal heights: 0.5, then 1.
    expect((red.y - before.y) / (before.y - now.y)).toBeCloseTo(2, 1);
  });

  it('tells g from r by colour and by marker', () => {
    const [g, r] = [only(markersOf(svg, 'g positive')), only(markersOf(svg, 'r positive'))];
    expect(g.element).toMatch(/^<circle .*fill="#009e73"/);
    expect(r.element).toMatch(
      /^<path d="M-[\d.]+ -[\d.]+L[\d.]+ -[\d.]+L[\d.]+ [\d.]+L-[\d.]+ [\d.]+Z".*fill="#d55e00"/,
    );
  });

  it('draws upper limits as hollow triangles that point down', () => {
    for (const band of ['g', 'r']) {
      const { element } = only(markersOf(svg, `${band} limit`));
      expect(element).toContain('fill="none"');
      const corners = [...element.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, , y]) => Number(y));
      expect(corners).toHaveLength(3);
      const [left, right, tip] = corners;
      expect(left).toBe(right);
      expect(tip).toBeGreaterThan(left ?? 0);
    }
    expect(only(markersOf(svg, 'g limit')).y).toBeGreaterThan(only(markersOf(svg, 'r limit')).y);
  });

  it('draws errors as bars as long as they are', () => {
    const half = [
      ...svg.matchAll(/<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)" class="g"/g),
    ].map(([, , y1, , y2]) => (Number(y1) - Number(y2)) / 2);
    const [now, before] = [only(markersOf(svg, 'g positive current')), only(markersOf(svg, 'g positive'))];
    expect(half).toHaveLength(2);
    // An error of 0.1 mag where 0.5 mag are that far apart.
    for (const length of half) expect(Math.abs(length)).toBeCloseTo((before.y - now.y) / 5, 1);
  });

  it('writes days before the alert and its MJD below, and magnitudes at the left, all where they belong', () => {
    const ages = textsOf(svg, 'age-axis');
    expect(ages.map(({ text }) => text)).toEqual([
      '0',
      '5',
      '10',
      '15',
      '20',
      '25',
      '30',
      'days before the alert on MJD 60818.25',
    ]);
    expect(ages[2]?.x).toBeCloseTo(only(markersOf(svg, 'r positive')).x, 1);
    expect(ages[0]?.x).toBeCloseTo(only(markersOf(svg, 'g positive current')).x, 1);

    const magnitudes = textsOf(svg, 'magnitude-axis');
    expect(magnitudes.map(({ text }) => text)).toEqual(['18.5', '19.0', '19.5', '20.0', '20.5']);
    const heights = magnitudes.map(({ y }) => y);
    expect([...heights].sort((a, b) => a - b)).toEqual(heights);
    expect((magnitudes[1]?.y ?? 0) - 3.6).toBeCloseTo(only(markersOf(svg, 'g positive')).y, 1);
  });

  it('names in the legend what is there and nothing else', () => {
    const names = (epochs: readonly Epoch[]): readonly string[] =>
      textsOf(svgOf(epochs), 'legend').map(({ text }) => text);
    expect(names(HISTORY)).toEqual(['g', 'r', 'upper limit']);
    expect(names([epoch(JD, 2, 19)])).toEqual(['r']);
    expect(names([epoch(JD, 1, 19), epoch(JD - 1, 3, 19.2)])).toEqual(['g', 'i']);
    expect(names([epoch(JD, 1, 19, { isdiffpos: 'f' })])).toEqual(['g', 'open: fainter than template']);
  });

  it.each(['f', '0'])('draws a negative subtraction (%s) open', (isdiffpos) => {
    const negative = svgOf([epoch(JD, 2, 19), epoch(JD - 5, 1, 19.2, { isdiffpos })]);
    expect(only(markersOf(negative, 'g negative')).element).toMatch(/fill="#ffffff" stroke="#009e73"/);
    expect(only(markersOf(negative, 'r positive current')).element).toContain('fill="#d55e00"');
  });

  it('keeps limits that say nothing from flattening the curve, and says so', () => {
    const epochs = [
      epoch(JD, 1, 20),
      epoch(JD - 5, 1, null, { diffmaglim: 14 }),
      epoch(JD - 6, 1, null, { diffmaglim: 19.5 }),
    ];
    const svg = svgOf(epochs);
    expect(markersOf(svg, 'g limit')).toHaveLength(1);
    expect(svg).toContain('upper limit (1 off scale)');
    const bright = svgOf([
      epoch(JD, 1, 15),
      epoch(JD - 5, 1, null, { diffmaglim: 16.5 }),
      epoch(JD - 6, 1, null, { diffmaglim: 20.5 }),
      epoch(JD - 7, 1, null, { diffmaglim: 20.6 }),
    ]);
    expect(markersOf(bright, 'g limit')).toHaveLength(1);
    expect(bright).toContain('upper limit (2 off scale)');
    // Where nothing was seen limits are all there is.
    const dark = svgOf([epoch(JD, 1, null), epoch(JD - 5, 1, null, { diffmaglim: 15 })]);
    expect(markersOf(dark, 'g limit')).toHaveLength(2);
    expect(svgOf(HISTORY)).not.toContain('off scale');
  });

  it('says when there is no history, and draws limits alone, one band, the i band and repeated epochs', () => {
    expect(svgOf([epoch(JD, 1, 20)])).toContain('no earlier visits in the packet');
    const alone = svgOf([epoch(JD, 1, 20), epoch(JD - 2, 2, null)]);
    expect(alone).not.toContain('no earlier visits');
    expect(markersOf(alone, 'r limit')).toHaveLength(1);
    expect(only(markersOf(svgOf([epoch(JD, 1, 20), epoch(JD - 2, 3, 19)]), 'i positive')).element).toContain(
      '#4b2e83',
    );
    expect(
      markersOf(svgOf([epoch(JD, 1, 20), epoch(JD - 2, 1, 19), epoch(JD - 2, 1, 19)]), 'g positive'),
    ).toHaveLength(2);
  });

  it('draws a longer history whole', () => {
    const svg = svgOf([epoch(JD, 1, 20), epoch(JD - 90, 1, 19)]);
    const old = only(markersOf(svg, 'g positive'));
    expect(old.x).toBeGreaterThan(40);
    expect(textsOf(svg, 'age-axis').map(({ text }) => text)).toContain('80');
  });

  it('leaves out what is not a number', () => {
    const svg = svgOf([
      epoch(JD, 1, 20),
      epoch(Number.NaN, 1, 19),
      epoch(JD - 1, 1, Number.NaN),
      epoch(JD - 2, 1, 19, { sigmapsf: Number.NaN }),
    ]);
    expect(svg).not.toContain('NaN');
    expect(markersOf(svg, 'g positive')).toHaveLength(1);
  });

  it('is in the PNG the right way up', () => {
    const image = decodePng(cardPicture({ alert: sampleAlert(HISTORY), stamps: NO_STAMPS }, fonts));
    const green = [0, 158, 115];
    const [now, before] = [only(markersOf(svg, 'g positive current')), only(markersOf(svg, 'g positive'))];
    expect(image.at(now.x * 2, now.y * 2)).toEqual(green);
    expect(image.at(before.x * 2, before.y * 2)).toEqual(green);
    expect(now.y).toBeLessThan(before.y);
    // Nothing is where the brighter point would be if magnitudes ran downward.
    expect(image.at(now.x * 2, (2 * before.y - now.y) * 2)).not.toEqual(green);
  });
});

describe('the title', () => {
  it('has the name and what was measured', () => {
    const texts = textsOf(svgOf(HISTORY), 'title').map(({ text }) => text);
    expect(texts).toEqual(['ZTF25aaaaaaa', 'g = 18.50 ± 0.10']);
  });

  it('says that an object is simulated, and of no other', () => {
    const alert = sampleAlert(HISTORY, { objectId: 'SIM26aaaaaab' });
    expect(textsOf(cardSvg({ alert, stamps: NO_STAMPS }, fonts), 'title').map(({ text }) => text)).toContain(
      'SIMULATED',
    );
    expect(svgOf(HISTORY)).not.toContain('SIMULATED');
  });

  it.each(['ZTF25', 'SIM25'])('stays within the picture with a name of 200 characters (%s)', (prefix) => {
    const alert = sampleAlert(HISTORY, { objectId: `${prefix}<&${'w'.repeat(193)}` });
    const svg = cardSvg({ alert, stamps: NO_STAMPS }, fonts);
    const name = first(textsOf(svg, 'title'));
    expect(name.text.startsWith(`${prefix}&lt;&amp;www`)).toBe(true);
    expect(name.text.endsWith('…')).toBe(true);
    const shown = name.text.replace('&lt;', '<').replace('&amp;', '&');
    expect(name.x + fonts.width(shown, 15, 600)).toBeLessThan(360 - fonts.width('g = 18.50 ± 0.10', 11));
    expect(decodePng(cardPicture({ alert, stamps: NO_STAMPS }, fonts)).width).toBe(720);
  });
});

/** The stamps of the card: 81 units wide, 9 from the edges, the sky's image the fourth. */
const stampPixel = (stamp: 0 | 1 | 2 | 3, column: number, row: number): [number, number] => {
  const gap = (360 - 18 - 4 * 81) / 3;
  const unit = 81 / 63;
  return [2 * (9 + stamp * (81 + gap) + (column + 0.5) * unit), 2 * (37 + (row + 0.5) * unit)];
};

describe('the stamps', () => {
  const sky = (x: number, y: number): number => 100 + 10 * noise(x, y);
  const starAt =
    (column: number, row: number, peak = 5000) =>
    (x: number, y: number): number =>
      sky(x, y) + (Math.abs(x - column) <= 1 && Math.abs(y - row) <= 1 ? peak : 0);

  it('are shown with their first row on top and their first column at the left', () => {
    const stamps: Stamps = {
      science: stampBytes(starAt(8, 12)),
      template: stampBytes(starAt(40, 10)),
      difference: stampBytes(starAt(5, 55)),
    };
    const image = decodePng(cardPicture({ alert: sampleAlert(HISTORY), stamps }, fonts));
    const brightness = (stamp: 0 | 1 | 2, column: number, row: number): number =>
      Math.max(...image.at(...stampPixel(stamp, column, row)));
    for (const [stamp, column, row] of [
      [0, 8, 12],
      [1, 40, 10],
      [2, 5, 55],
    ] as const) {
      expect(brightness(stamp, column, row)).toBe(255);
      expect(brightness(stamp, 62 - column, row)).toBeLessThan(200);
      expect(brightness(stamp, column, 62 - row)).toBeLessThan(200);
      expect(brightness(stamp, row, column)).toBeLessThan(200);
    }
  });

  it('leave the alert itself free of the crosshair', () => {
    const stamps: Stamps = { ...NO_STAMPS, science: stampBytes(() => 100) };
    const image = decodePng(cardPicture({ alert: sampleAlert(HISTORY), stamps }, fonts));
    const background = image.at(...stampPixel(0, 15, 15));
    for (let column = 28; column <= 34; column += 1) {
      for (let row = 28; row <= 34; row += 1)
        expect(image.at(...stampPixel(0, column, row))).toEqual(background);
    }
    // The arms themselves, to the west and to the north, a little softened at their edges.
    expect(image.at(...stampPixel(0, 38, 31))[0]).toBeGreaterThan(180);
    expect(image.at(...stampPixel(0, 31, 24))[0]).toBeGreaterThan(180);
  });

  it('show no data as the same grey in all three', () => {
    const gap = stampBytes((x, y) => (x < 10 ? Number.NaN : sky(x, y)));
    const image = decodePng(
      cardPicture(
        { alert: sampleAlert(HISTORY), stamps: { science: gap, template: gap, difference: gap } },
        fonts,
      ),
    );
    for (const stamp of [0, 1, 2] as const)
      expect(image.at(...stampPixel(stamp, 4, 20))).toEqual([128, 128, 128]);
  });

  it('show in the difference what became fainter in blue and what became brighter in orange', () => {
    const difference = stampBytes(starAt(31, 31, 80));
    const centre = (isdiffpos: string): readonly [number, number, number] => {
      const alert = sampleAlert([epoch(JD, 1, 19, { isdiffpos })]);
      return decodePng(cardPicture({ alert, stamps: { ...NO_STAMPS, difference } }, fonts)).at(
        ...stampPixel(2, 31, 31),
      );
    };
    const [bright, faint] = [centre('t'), centre('f')];
    expect(bright[0]).toBeGreaterThan(bright[2] + 30);
    expect(faint[2]).toBeGreaterThan(faint[0] + 20);
  });

  it('have a scale bar of ten arcsec', () => {
    const svg = svgOf(HISTORY, { ...NO_STAMPS, science: stampBytes(sky) });
    const bar = /<g class="scale-bar"><line x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"/.exec(svg);
    expect(Number(bar?.[2]) - Number(bar?.[1])).toBeCloseTo((10 / 1.01 / 63) * 81, 1);
    expect(textsOf(svg, 'scale-bar').map(({ text }) => text)).toEqual(['10″']);
  });

  it('have a compass, north up and east left, where it is true', () => {
    const stamps = { ...NO_STAMPS, template: stampBytes(sky) };
    const letters = new Map(textsOf(svgOf(HISTORY, stamps), 'compass').map((one) => [one.text, one]));
    const [n, e] = [letters.get('N'), letters.get('E')];
    expect((n?.y ?? 0) < (e?.y ?? 0) && (e?.x ?? 0) < (n?.x ?? 0)).toBe(true);
    for (const dec of [80, -80]) {
      const polar = cardSvg({ alert: sampleAlert(HISTORY, { dec }), stamps }, fonts);
      expect(polar).not.toContain('class="compass"');
    }
  });

  it('that are missing or damaged say so, and the others are drawn', () => {
    const stamps: Stamps = { science: Buffer.from('torn'), template: null, difference: stampBytes(sky) };
    const svg = svgOf(HISTORY, stamps);
    expect(svg.match(/<image /g)).toHaveLength(1);
    expect(
      textsOf(svg, 'stamp Science')
        .map(({ text }) => text)
        .join(' '),
    ).toContain('not readable gzip');
    expect(
      textsOf(svg, 'stamp Template')
        .map(({ text }) => text)
        .join(' '),
    ).toContain('not in the packet');
    expect(markersOf(svg, 'g positive')).toHaveLength(1);
    expect(decodePng(cardPicture({ alert: sampleAlert(HISTORY), stamps }, fonts)).width).toBe(720);
  });

  it('without a single pixel of data say so', () => {
    const svg = svgOf(HISTORY, { ...NO_STAMPS, science: stampBytes(() => Number.NaN) });
    expect(
      textsOf(svg, 'stamp Science')
        .map(({ text }) => text)
        .join(' '),
    ).toContain('no pixel with data');
  });

  it('leave their room to the light curve where the packet has none at all', () => {
    const plot = (svg: string): number => Number(/class="light-curve">.*?height="([\d.]+)"/.exec(svg)?.[1]);
    const without = svgOf(HISTORY);
    expect(without).toContain('no stamps in the packet');
    expect(plot(without)).toBeGreaterThan(
      plot(svgOf(HISTORY, { ...NO_STAMPS, science: stampBytes(sky) })) + 50,
    );
  });
});

describe.skipIf(!hasSharedData)(`real alerts${sharedNote}`, () => {
  it('are drawn, with and without stamps, every detection and limit of them', async () => {
    let drawn = 0;
    for await (const batch of (await readPath([sharedPath('alerts')])).batches()) {
      for (const item of batch.items) {
        if (item.kind !== 'alert') continue;
        const { alert } = item;
        const svg = cardSvg({ alert, stamps: alert.stamps }, fonts);
        expect(/NaN|Infinity|undefined/.exec(svg.replace(/href="[^"]*"/g, ''))).toBeNull();
        const signs = textsOf(svg, 'legend').map(({ text }) => text);
        const hidden = Number(/upper limit \((\d+) off scale/.exec(signs.join(' '))?.[1] ?? 0);
        const markers = svg.match(/class="(g|r|i) (limit|positive|negative)[^"]*"/g) ?? [];
        expect(svg).toContain('viewBox="0 0 360 270"');
        expect(markers.length + hidden).toBe(alert.epochs.length);
        const complete = Object.values(alert.stamps).every((bytes) => bytes !== null);
        expect(svg.match(/<image /g) ?? []).toHaveLength(complete ? 3 : 0);
        // To draw all of them takes a minute; each tenth shows that they can be.
        if (drawn % 10 === 0) {
          const image = decodePng(cardPicture({ alert, stamps: alert.stamps }, fonts));
          expect(image.width).toBe(720);
          expect(image.height).toBe(540);
        }
        drawn += 1;
      }
    }
    expect(drawn).toBe(313);
  });
});

import { Resvg } from '@resvg/resvg-js';

export interface Image {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of a pixel, counted from the upper left corner. */
  at(x: number, y: number): readonly [number, number, number];
}

/** Decodes a PNG with a decoder that is not the project's own (the rasteriser's, on magenta). */
export const decodePng = (png: Buffer): Image => {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const href = `data:image/png;base64,${png.toString('base64')}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" image-rendering="optimizeSpeed" href="${href}"/></svg>`;
  const { pixels } = new Resvg(svg, { background: '#ff00ff', font: { loadSystemFonts: false } }).render();
  return {
    width,
    height,
    at: (x, y) => {
      const i = 4 * (Math.round(y) * width + Math.round(x));
      return [pixels[i] ?? -1, pixels[i + 1] ?? -1, pixels[i + 2] ?? -1];
    },
  };
};

/** Where the markers of a class are in an SVG of this folder, in its units, in the order drawn. */
export const markersOf = (svg: string, kind: string): readonly { x: number; y: number; element: string }[] =>
  [...svg.matchAll(/<(?:path|circle) [^>]*transform="translate\((-?[\d.]+) (-?[\d.]+)\)"[^>]*>/g)]
    .filter(([element]) => element.includes(`class="${kind}"`))
    .map(([element, x, y]) => ({ x: Number(x), y: Number(y), element }));

/** Texts of a group, with the places of their baselines. */
export const textsOf = (svg: string, name: string): readonly { x: number; y: number; text: string }[] => {
  const start = svg.indexOf(`<g class="${name}">`);
  if (start < 0) return [];
  let depth = 0;
  let end = start;
  for (const tag of svg.slice(start).matchAll(/<g\b|<\/g>/g)) {
    depth += tag[0] === '</g>' ? -1 : 1;
    end = start + (tag.index ?? 0);
    if (depth === 0) break;
  }
  return [...svg.slice(start, end).matchAll(/<text x="(-?[\d.]+)" y="(-?[\d.]+)"[^>]*>([^<]*)<\/text>/g)].map(
    ([, x, y, text]) => ({ x: Number(x), y: Number(y), text: text ?? '' }),
  );
};

import { type Attributes, el } from './svg.ts';

export type MarkerShape =
  | 'circle'
  | 'square'
  | 'diamond'
  | 'cross'
  | 'plus'
  | 'triangle-down'
  | 'triangle-up';

/** A marker's look, in words of SVG: fill, stroke and so on. */
export type MarkerStyle = Attributes;

const polygon = (points: readonly (readonly [number, number])[]): string =>
  `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}Z`;

/** Outlines around the origin, each of about the area of a circle of radius r. */
const OUTLINES: Readonly<Record<Exclude<MarkerShape, 'circle'>, (r: number) => string>> = {
  square: (r) => {
    const a = 0.89 * r;
    return polygon([
      [-a, -a],
      [a, -a],
      [a, a],
      [-a, a],
    ]);
  },
  diamond: (r) => {
    const a = 1.25 * r;
    return polygon([
      [0, -a],
      [a, 0],
      [0, a],
      [-a, 0],
    ]);
  },
  cross: (r) => twoBars(0.3 * r, 1.1 * r),
  // Thinner than what stands for an unknown filter.
  plus: (r) => twoBars(0.16 * r, 1.2 * r),
  'triangle-down': (r) => triangle(r, 1),
  'triangle-up': (r) => triangle(r, -1),
};

/** An upright bar and a level one, `2 a` thick and `2 b` long. */
const twoBars = (a: number, b: number): string =>
  polygon([
    [-a, -b],
    [a, -b],
    [a, -a],
    [b, -a],
    [b, a],
    [a, a],
    [a, b],
    [-a, b],
    [-a, a],
    [-b, a],
    [-b, -a],
    [-a, -a],
  ]);

const triangle = (r: number, sign: 1 | -1): string =>
  polygon([
    [-1.2 * r, -0.8 * r * sign],
    [1.2 * r, -0.8 * r * sign],
    [0, 1.2 * r * sign],
  ]);

/** A marker centred on (x, y). */
export const marker = (shape: MarkerShape, x: number, y: number, r: number, style: MarkerStyle): string => {
  const place = { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` };
  return shape === 'circle'
    ? el('circle', { r, ...place, ...style })
    : el('path', { d: OUTLINES[shape](r), ...place, ...style });
};

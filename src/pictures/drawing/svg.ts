type Value = string | number | undefined;
export type Attributes = Readonly<Record<string, Value>>;

export interface TextStyle {
  readonly size: number;
  readonly weight?: 400 | 600 | undefined;
  readonly anchor?: 'start' | 'middle' | 'end' | undefined;
  readonly fill?: string | undefined;
  readonly transform?: string | undefined;
  /** Colour of a rim around the letters, for text over an image. */
  readonly rim?: string | undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text for XML: special characters as entities, without characters that XML 1.0 forbids. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** A hundredth of a unit is far below a pixel; more digits only cost time. */
const written = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escapeXml(value);

/** One SVG element; attributes that are undefined are left out. Children are SVG, not text. */
export const el = (name: string, attributes: Attributes, ...children: readonly string[]): string => {
  const list = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : ` ${key}="${written(value)}"`))
    .join('');
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join('')}</${name}>`;
};

/** A group with a class, by which a reader of the SVG finds its parts. */
export const group = (name: string, ...children: readonly string[]): string =>
  el('g', { class: name }, ...children);

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string =>
  el('line', { x1, y1, x2, y2, ...attributes });

/** Text whose baseline starts, ends or has its middle at (x, y). */
export const label = (x: number, y: number, text: string, style: TextStyle): string =>
  el(
    'text',
    {
      x,
      y,
      'font-size': style.size,
      'font-weight': style.weight,
      'text-anchor': style.anchor,
      fill: style.fill,
      transform: style.transform,
      stroke: style.rim,
      'stroke-width': style.rim ? style.size / 5 : undefined,
      'stroke-linejoin': style.rim ? 'round' : undefined,
      'paint-order': style.rim ? 'stroke' : undefined,
    },
    escapeXml(text),
  );

/** A whole picture of `width` x `height` units on white. */
export const svgDocument = (width: number, height: number, ...children: readonly string[]): string =>
  el(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height },
    el('g', { 'font-family': 'Inter' }, ...children),
  );

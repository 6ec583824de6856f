/** The entities that Sherlock's sentences and astronomers' names use; numeric ones are all decoded. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  deg: '\u00b0',
  plusmn: '\u00b1',
  times: '\u00d7',
  alpha: '\u03b1',
  beta: '\u03b2',
  delta: '\u03b4',
  lambda: '\u03bb',
  Prime: '\u2033',
  prime: '\u2032',
  ndash: '\u2013',
  mdash: '\u2014',
};

/** A tag begins with a letter, so that "z < 0.1" stays; a quoted attribute may hold a ">". */
const TAG = /<\/?[a-z](?:"[^"]*"|'[^']*'|[^"'<>])*>/gi;

const decodePoint = (entity: string, point: number): string =>
  Number.isInteger(point) && point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
    ? String.fromCodePoint(point)
    : entity;

/** HTML as one line of plain text: tags go, entities are decoded (once), runs of space become one. */
export const plainText = (html: string): string =>
  html
    .replace(TAG, '')
    .replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (entity, hex, decimal, name) => {
      if (hex !== undefined) return decodePoint(entity, Number.parseInt(hex, 16));
      if (decimal !== undefined) return decodePoint(entity, Number(decimal));
      return ENTITIES[name] ?? entity;
    })
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

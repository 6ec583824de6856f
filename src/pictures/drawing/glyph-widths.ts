/** Advance width of a code point's glyph as a part of the font size. */
export type GlyphWidths = (codePoint: number) => number;

/**
 * Reads the advance widths of a TrueType font (OpenType specification: tables head, hhea, hmtx, and cmap
 * with a format 4 subtable, which covers the Basic Multilingual Plane). What the font lacks has the width of
 * its "missing" glyph.
 *
 * @throws RangeError if a table is missing
 */
export const readGlyphWidths = (font: Buffer): GlyphWidths => {
  const table = tableFinder(font);
  const unitsPerEm = font.readUInt16BE(table('head') + 18);
  const metrics = font.readUInt16BE(table('hhea') + 34);
  const hmtx = table('hmtx');
  const glyphOf = characterMap(font, table('cmap'));
  return (codePoint) => {
    const glyph = Math.min(glyphOf(codePoint), metrics - 1);
    return font.readUInt16BE(hmtx + 4 * glyph) / unitsPerEm;
  };
};

const tableFinder = (font: Buffer): ((tag: string) => number) => {
  const offsets = new Map<string, number>();
  for (let i = 0; i < font.readUInt16BE(4); i += 1) {
    const record = 12 + 16 * i;
    offsets.set(font.toString('latin1', record, record + 4), font.readUInt32BE(record + 8));
  }
  return (tag) => {
    const offset = offsets.get(tag);
    if (offset === undefined) throw new RangeError(`the font has no table ${tag}`);
    return offset;
  };
};

/** Format 4: segments of code points, each with a delta or a place in a list of glyphs. */
const characterMap = (font: Buffer, cmap: number): ((codePoint: number) => number) => {
  const subtables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, i) => cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4),
  );
  const at = subtables.find((offset) => font.readUInt16BE(offset) === 4);
  if (at === undefined) throw new RangeError('the font has no character map of format 4');
  const doubled = font.readUInt16BE(at + 6);
  const ends = at + 14;
  const starts = ends + doubled + 2;
  const deltas = starts + doubled;
  const ranges = deltas + doubled;
  return (codePoint) => {
    for (let i = 0; i < doubled; i += 2) {
      if (codePoint > font.readUInt16BE(ends + i)) continue;
      const start = font.readUInt16BE(starts + i);
      if (codePoint < start) return 0;
      const delta = font.readUInt16BE(deltas + i);
      const range = font.readUInt16BE(ranges + i);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = font.readUInt16BE(ranges + i + range + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
};

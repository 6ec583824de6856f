import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type GlyphWidths, readGlyphWidths } from './glyph-widths.ts';

export type Weight = 400 | 600;

/** The pictures' own fonts, so that they are the same on a machine that has none. */
export interface Fonts {
  /** TrueType files for the rasteriser. */
  readonly files: readonly string[];
  /** Width of a text set at `size`, in the unit of size; kerning is left out (it narrows by a per cent or so). */
  width(text: string, size: number, weight?: Weight): number;
  /** The text, or as much of its beginning as fits into `width` with an ellipsis. */
  fit(text: string, width: number, size: number, weight?: Weight): string;
}

export const FONT_FAMILY = 'Inter';

const FILES: Readonly<Record<Weight, string>> = {
  400: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  600: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};

/** Reads Inter (SIL Open Font License 1.1) in the two weights that the pictures use: some 5 ms. */
export const loadFonts = (): Fonts => {
  const { resolve } = createRequire(import.meta.url);
  const files: Readonly<Record<Weight, string>> = { 400: resolve(FILES[400]), 600: resolve(FILES[600]) };
  const glyphs: Readonly<Record<Weight, GlyphWidths>> = {
    400: readGlyphWidths(readFileSync(files[400])),
    600: readGlyphWidths(readFileSync(files[600])),
  };
  const width: Fonts['width'] = (text, size, weight = 400) => {
    let sum = 0;
    for (const character of text) sum += glyphs[weight](character.codePointAt(0) ?? 0);
    return sum * size;
  };
  const fit: Fonts['fit'] = (text, room, size, weight = 400) => {
    if (width(text, size, weight) <= room) return text;
    const characters = [...text];
    while (characters.length > 0 && width(`${characters.join('')}…`, size, weight) > room) characters.pop();
    return `${characters.join('').trimEnd()}…`;
  };
  return { files: Object.values(files), width, fit };
};

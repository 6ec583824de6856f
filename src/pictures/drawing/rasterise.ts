import { crc32, deflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, type Fonts } from './fonts.ts';
import { el, svgDocument } from './svg.ts';

/**
 * Pixels per unit. Pictures are 360 units wide, which is what a phone shows; three times that is sharp on its
 * screen and, at 540 px, on a desktop's of double density.
 */
const PIXELS_PER_UNIT = 3;

/**
 * Draws an SVG (opaque, on white) with the given fonts and no others.
 * @param pixelsPerUnit of the SVG; 3 without it
 */
export const rasterise = (svg: string, fonts: Fonts, pixelsPerUnit = PIXELS_PER_UNIT): Buffer => {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: pixelsPerUnit },
    background: '#ffffff',
    font: { loadSystemFonts: false, fontFiles: [...fonts.files], defaultFontFamily: FONT_FAMILY },
  }).render();
  return encodePng(image.pixels, image.width, image.height);
};

/**
 * The pixels of a JPEG file, RGBA, row after row from the top; null if the rasteriser cannot read it.
 * @param width and height as the file says
 */
export const decodeJpeg = (jpeg: Uint8Array, width: number, height: number): Uint8Array | null => {
  const href = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  const svg = svgDocument(width, height, el('image', { width, height, href }));
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  // What it cannot read it leaves out: nothing is opaque then.
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 255) return null;
  return pixels;
};

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUECOLOUR = 2;
const RGB = 3;
/** zlib's level for whole pictures: a third of the time that the default takes, and a third more bytes. */
const LEVEL = 3;

/**
 * A PNG of opaque 8-bit pixels, row after row from the top.
 *
 * @param pixels RGB or RGBA (alpha is dropped): 3 or 4 bytes for each of `width * height` pixels
 */
export const encodePng = (pixels: Uint8Array, width: number, height: number): Buffer => {
  const bytes = pixels.length / (width * height);
  if (bytes !== RGB && bytes !== RGB + 1) {
    throw new RangeError(`${pixels.length} bytes of pixels for ${width} x ${height}`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, TRUECOLOUR], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanlines(pixels, width, height, bytes), { level: LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/**
 * The lines as PNG wants them: a byte that names the filter, then RGB. None is filtered: charts and enlarged
 * stamps are runs of equal bytes, which deflate by themselves.
 */
const scanlines = (pixels: Uint8Array, width: number, height: number, bytes: number): Uint8Array => {
  const lines = new Uint8Array((width * RGB + 1) * height);
  let from = 0;
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    to += 1;
    for (let x = 0; x < width; x += 1, from += bytes, to += RGB) {
      lines[to] = pixels[from] ?? 0;
      lines[to + 1] = pixels[from + 1] ?? 0;
      lines[to + 2] = pixels[from + 2] ?? 0;
    }
  }
  return lines;
};

/** A PNG chunk: length, type, data, CRC-32 of type and data. */
const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
};

import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../src/pictures/drawing/rasterise.ts';
import { decodePng } from '../images.ts';

describe('encodePng', () => {
  it.each([3, 4])('writes pixels of %d bytes as another program reads them', (bytes) => {
    const [width, height] = [7, 5];
    const pixels = new Uint8Array(width * height * bytes);
    for (let i = 0; i < width * height; i += 1)
      pixels.set([i * 7, 255 - i * 7, (i * 31) % 256, 255].slice(0, bytes), i * bytes);
    const image = decodePng(encodePng(pixels, width, height));
    expect([image.width, image.height]).toEqual([7, 5]);
    for (let i = 0; i < width * height; i += 1) {
      expect(image.at(i % width, Math.floor(i / width))).toEqual([i * 7, 255 - i * 7, (i * 31) % 256]);
    }
  });

  it('refuses pixels that do not fill the picture', () => {
    expect(() => encodePng(new Uint8Array(10), 2, 2)).toThrow('10 bytes of pixels for 2 x 2');
  });
});

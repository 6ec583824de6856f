/** Markers that begin a frame, with its size in them: SOF0 to SOF15 but for DHT, JPG and DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * Width and height of a JPEG file in pixels, read from its markers alone (ITU T.81, annex B). Null if it is not
 * a JPEG, or ends before its end-of-image marker.
 */
export const jpegSize = (bytes: Uint8Array): { readonly width: number; readonly height: number } | null => {
  const { length } = bytes;
  if (length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  if (bytes[length - 2] !== 0xff || bytes[length - 1] !== 0xd9) return null;
  const word = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  for (let at = 2; at + 8 < length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return null;
    // Any number of 0xff may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { height: word(at + 5), width: word(at + 7) };
    at += 2 + Math.max(2, word(at + 2));
  }
  return null;
};

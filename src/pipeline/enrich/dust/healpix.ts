const { PI } = Math;
const RADIANS = PI / 180;

/** The pixels of a HEALPix map of the given nside (the number of divisions along a base pixel's side). */
export const pixelCount = (nside: number): number => 12 * nside * nside;

const positiveModulo = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;

/**
 * The pixel, in RING order, that holds a direction.
 *
 * Formulas of Gorski et al. 2005 (ApJ 622, 759), sections 5.1 and 5.3: with z = sin(lat), the pixel
 * boundaries are straight lines in (z, phi) in the equatorial zone (|z| <= 2/3) and, in the polar caps,
 * in (sqrt(3 (1 - |z|)), phi); counting the ascending and the descending lines up to the direction gives
 * the ring and the place in it.
 *
 * @param lon longitude in degrees, any turn
 * @param lat latitude in degrees, -90 to 90
 */
export const ringPixel = (nside: number, lon: number, lat: number): number => {
  const z = Math.sin(lat * RADIANS);
  const height = Math.abs(z);
  // phi in units of a base pixel's width: 0 to 4.
  const quarter = positiveModulo(lon / 90, 4);
  const capPixels = 2 * nside * (nside - 1);

  if (height <= 2 / 3) {
    const across = nside * (0.5 + quarter);
    const along = nside * z * 0.75;
    const ascending = Math.floor(across - along);
    const descending = Math.floor(across + along);
    // Rings of the equatorial zone counted from 1 at z = 2/3; every second one is shifted by half a pixel.
    const ring = nside + 1 + ascending - descending;
    const shift = ring % 2 === 0 ? 1 : 0;
    const inRing = Math.floor((ascending + descending - nside + shift + 1) / 2);
    return capPixels + (ring - 1) * 4 * nside + positiveModulo(inRing, 4 * nside);
  }

  const within = quarter - Math.floor(quarter);
  // Near the pole 1 - |sin(lat)| would lose its digits; with the colatitude, sqrt(3 (1 - |z|)) =
  // sqrt(6) sin(colatitude / 2).
  const width = nside * Math.sqrt(6) * Math.sin(((90 - Math.abs(lat)) * RADIANS) / 2);
  const ascending = Math.floor(within * width);
  const descending = Math.floor((1 - within) * width);
  // Rings of the cap counted from 1 at the pole; ring i has 4 i pixels.
  const ring = ascending + descending + 1;
  const inRing = Math.min(Math.floor(quarter * ring), 4 * ring - 1);
  return z > 0 ? 2 * ring * (ring - 1) + inRing : pixelCount(nside) - 2 * ring * (ring + 1) + inRing;
};

/**
 * The centre of a pixel in RING order, degrees (section 5.1 of the same paper): the inverse that
 * ringPixel is tested with.
 */
export const ringPixelCentre = (nside: number, pixel: number): { lon: number; lat: number } => {
  const total = pixelCount(nside);
  const capPixels = 2 * nside * (nside - 1);
  const fromPole = pixel < capPixels ? pixel : total - 1 - pixel;
  if (fromPole < capPixels) {
    const ring = Math.floor((1 + Math.sqrt(1 + 2 * fromPole)) / 2);
    const first = 2 * ring * (ring - 1);
    const inRing = fromPole - first;
    const place = pixel < capPixels ? inRing : 4 * ring - 1 - inRing;
    const colatitude = 2 * Math.asin(ring / (nside * Math.sqrt(6)));
    const lat = 90 - colatitude / RADIANS;
    return { lon: ((place + 0.5) * 90) / ring, lat: pixel < capPixels ? lat : -lat };
  }
  const ring = Math.floor((pixel - capPixels) / (4 * nside)) + nside;
  const place = (pixel - capPixels) % (4 * nside);
  const shift = (ring - nside) % 2 === 0 ? 0.5 : 0;
  const z = 4 / 3 - (2 * ring) / (3 * nside);
  return { lon: ((place + shift) * 90) / nside, lat: Math.asin(z) / RADIANS };
};

import { gzipSync } from 'node:zlib';
import type { Stamps } from '../pipeline/alert.ts';
import { createRandom, type Random } from '../pipeline/learning/seeded-random.ts';
import { chance, EXPOSURE_STREAM, normal, normalDeviates, STREAM, uniform } from './draws.ts';
import type { Band, Counterpart } from './light-source.ts';
import { type Measurement, magnitudeIn, PIXEL } from './measurements.ts';
import { BAD_SUBTRACTION, type SimulatedObject } from './source-classes.ts';
import { starsPerSquareArcsec } from './visits.ts';

/** Pixels on a stamp's side; the alert is at the middle of pixel (31, 31). */
const STAMP_SIZE = 63;
const CENTRE = (STAMP_SIZE - 1) / 2;
/** Magnitude of one count. */
const ZERO_POINT = 26.25;
const TEMPLATE_SEEING = 2 / 2.355 / PIXEL;

/** Science, template and difference stamp of a detection: what an eyeballer looks at first. */
export const simulatedStamps = (
  object: SimulatedObject,
  measurement: Measurement,
): { [K in keyof Stamps]: Buffer } => {
  const { visit, detection } = measurement;
  const { seed } = object;
  const { night, index } = object.identity;
  // The field is the object's in every exposure; the noise is the exposure's own.
  const scene = drawScene(createRandom(seed, STREAM.field, night, index), object, visit.band);
  const random = createRandom(visit.seed, EXPOSURE_STREAM.pixels);

  const seeing = visit.seeing / 2.355 / PIXEL;
  const noise = pixelNoise(visit.diffmaglim, seeing);
  const sky = uniform(random, 60, 350);
  const change = detection === null ? 0 : (detection.positive ? 1 : -1) * countsOf(detection.magpsf);
  // An artefact is a star badly aligned, not a change.
  const isArtefact = object.flaw === 'artefact' || object.sourceClass === BAD_SUBTRACTION;
  const shift = isArtefact ? 0.5 : 0.03;
  const [dx, dy] = [normal(random, 0, shift), normal(random, 0, shift)];

  const before = renderBlobs(scene, TEMPLATE_SEEING);
  const matched = renderBlobs(scene, seeing * (1 + normal(random, 0, 0.01)), dx, dy);
  const now = renderBlobs(isArtefact ? scene : [...scene, point(CENTRE, CENTRE, change)], seeing);

  const deviate = normalDeviates(random);
  const template = expose(deviate, before, uniform(random, 60, 350), noise / 5);
  const science = expose(deviate, now, sky, noise);
  // ZTF delivers template minus science where the source is fainter than the template.
  const sign = detection?.positive === false ? -1 : 1;
  const difference = science.map(
    (counts, k) => sign * (counts - sky - (matched[k] ?? 0) + deviate() * (noise / 5)),
  );
  const images = { science, template, difference };
  if (chance(random, 0.03)) maskEdge(random, images);
  return { science: stampFile(science), template: stampFile(template), difference: stampFile(difference) };
};

const countsOf = (magnitude: number): number => 10 ** (-0.4 * (magnitude - ZERO_POINT));

/** Noise per pixel, counts, at which a point of the limiting magnitude is seen at 5 sigma. */
const pixelNoise = (diffmaglim: number, seeing: number): number =>
  countsOf(diffmaglim) / 5 / Math.sqrt(4 * Math.PI * seeing * seeing);

const point = (x: number, y: number, counts: number): Blob => ({
  x,
  y,
  counts,
  scale: 0,
  axisRatio: 1,
  angle: 0,
});

/** What the template shows: the object's own star or host, its neighbour, and the field. */
function drawScene(random: Random, object: SimulatedObject, band: Band): Blob[] {
  const scene = [blobOf(random, object.neighbour, band)];
  if (object.source.counterpart !== null) scene.push(blobOf(random, object.source.counterpart, band));
  const nearest = object.neighbour.offset / PIXEL;
  const expected = starsPerSquareArcsec(object.b) * (STAMP_SIZE * PIXEL) ** 2;
  const count = poisson(random, expected);
  for (let i = 0; i < count; i++) {
    const [x, y] = [uniform(random, -2, STAMP_SIZE + 2), uniform(random, -2, STAMP_SIZE + 2)];
    // Star counts rise towards the faint end.
    const magnitude = 21.8 - 5 * random.float() ** 2.2;
    // The neighbour is the nearest one by construction.
    if (Math.hypot(x - CENTRE, y - CENTRE) > nearest) scene.push(point(x, y, countsOf(magnitude)));
  }
  return scene;
}

function blobOf(random: Random, { kind, offset, direction, ...magnitudes }: Counterpart, band: Band): Blob {
  const magnitude = magnitudeIn(magnitudes, band);
  const x = CENTRE + (offset / PIXEL) * Math.cos(direction);
  const y = CENTRE + (offset / PIXEL) * Math.sin(direction);
  if (kind === 'star') return point(x, y, countsOf(magnitude));
  // magnr is of the nucleus in the aperture; the whole galaxy has about twice the light.
  const scale = uniform(random, 0.8, 1.6) * 10 ** (-0.12 * (magnitudes.r - 19));
  return {
    x,
    y,
    counts: 2 * countsOf(magnitude),
    scale,
    axisRatio: uniform(random, 0.3, 1),
    angle: uniform(random, 0, Math.PI),
  };
}

/** Poisson deviate (Knuth's product of uniforms; fine for the tens of stars there are). */
function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.float(); product > limit; product *= random.float()) count++;
  return count;
}

/** The camera's edge runs through some stamps: NaN beyond it. */
function maskEdge(random: Random, images: Record<string, Float32Array>): void {
  const width = 2 + random.below(20);
  const isLeft = chance(random, 0.5);
  for (const image of Object.values(images)) {
    for (let y = 0; y < STAMP_SIZE; y++) {
      const start = y * STAMP_SIZE + (isLeft ? 0 : STAMP_SIZE - width);
      image.fill(Number.NaN, start, start + width);
    }
  }
}

/** Something on a stamp: total counts spread over an elliptical profile; positions in pixels. */
export interface Blob {
  readonly x: number;
  readonly y: number;
  readonly counts: number;
  /** Scale length of an exponential disc, pixels; 0 for a point. */
  readonly scale: number;
  /** Axis ratio and direction of its long axis, radians, of a disc. */
  readonly axisRatio: number;
  readonly angle: number;
}

/** Gaussians (width in scale lengths, weight) whose sum is close to an exponential disc. */
const DISC = [
  [0.45, 0.13],
  [1.05, 0.47],
  [2.05, 0.4],
] as const;
/** A point's image: core and wings (width in core sigmas, weight). */
const POINT = [
  [1, 0.82],
  [2.1, 0.18],
] as const;

/**
 * The counts of blobs as a telescope with the given seeing (sigma, pixels) and a small pointing offset (dx,
 * dy, pixels) images them: STAMP_SIZE x STAMP_SIZE, row by row from the bottom.
 */
function renderBlobs(blobs: readonly Blob[], seeing: number, dx = 0, dy = 0): Float64Array {
  const image = new Float64Array(STAMP_SIZE * STAMP_SIZE);
  for (const blob of blobs) {
    const at = { x: blob.x + dx, y: blob.y + dy };
    if (blob.scale === 0) {
      for (const [width, weight] of POINT) addPoint(image, at.x, at.y, blob.counts * weight, seeing * width);
    } else {
      for (const [width, weight] of DISC) addGaussian(image, blob, at, blob.counts * weight, seeing, width);
    }
  }
  return image;
}

/** A round Gaussian, which factorises: 2n exponentials for n^2 pixels. */
function addPoint(image: Float64Array, x: number, y: number, counts: number, sigma: number): void {
  const reach = Math.ceil(4 * sigma);
  const [x0, x1] = range(x, reach);
  const [y0, y1] = range(y, reach);
  const alongX = new Float64Array(Math.max(x1 - x0 + 1, 0));
  for (let i = x0; i <= x1; i++) alongX[i - x0] = Math.exp(-0.5 * ((i - x) / sigma) ** 2);
  const peak = counts / (2 * Math.PI * sigma * sigma);
  for (let j = y0; j <= y1; j++) {
    const row = peak * Math.exp(-0.5 * ((j - y) / sigma) ** 2);
    const start = j * STAMP_SIZE;
    for (let i = x0; i <= x1; i++) image[start + i] = (image[start + i] ?? 0) + row * (alongX[i - x0] ?? 0);
  }
}

function addGaussian(
  image: Float64Array,
  { scale, axisRatio, angle }: Blob,
  { x, y }: { x: number; y: number },
  counts: number,
  seeing: number,
  width: number,
): void {
  // The seeing's Gaussian adds to both axes in square.
  const long = Math.hypot(scale * width, seeing);
  const short = Math.hypot(scale * width * axisRatio, seeing);
  const peak = counts / (2 * Math.PI * long * short);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reach = Math.ceil(3.5 * long);
  const [x0, x1] = range(x, reach);
  const [y0, y1] = range(y, reach);
  for (let j = y0; j <= y1; j++) {
    for (let i = x0; i <= x1; i++) {
      const u = ((i - x) * cos + (j - y) * sin) / long;
      const v = ((j - y) * cos - (i - x) * sin) / short;
      const k = j * STAMP_SIZE + i;
      image[k] = (image[k] ?? 0) + peak * Math.exp(-0.5 * (u * u + v * v));
    }
  }
}

const range = (centre: number, reach: number): [number, number] => [
  Math.max(0, Math.floor(centre - reach)),
  Math.min(STAMP_SIZE - 1, Math.ceil(centre + reach)),
];

/** Electrons per count. */
const GAIN = 6.2;

/**
 * An image of `counts` over a level, with the background's noise and the photons' own.
 *
 * @param deviate gives standard normal deviates
 */
function expose(deviate: () => number, counts: Float64Array, level: number, noise: number): Float32Array {
  const image = new Float32Array(counts.length);
  for (let k = 0; k < image.length; k++) {
    const signal = counts[k] ?? 0;
    image[k] = level + signal + deviate() * Math.sqrt(noise * noise + Math.max(signal, 0) / GAIN);
  }
  return image;
}

const BLOCK = 2880;
const CARD = 80;

/** As the survey's stamps have it, the first card with its T in column 12, which strict readers refuse. */
const CARDS = [
  'SIMPLE  =  T',
  'BITPIX  =                  -32',
  'NAXIS   =                    2',
  `NAXIS1  = ${String(STAMP_SIZE).padStart(20)}`,
  `NAXIS2  = ${String(STAMP_SIZE).padStart(20)}`,
  "BUNIT   = 'DN      '",
  'END',
];

/** A stamp as a gzipped FITS file of big-endian float32, header and data padded to 2880 bytes. */
export const stampFile = (pixels: Float32Array): Buffer => {
  const size = BLOCK + Math.ceil((4 * pixels.length) / BLOCK) * BLOCK;
  const file = Buffer.alloc(size);
  file.write(
    CARDS.map((card) => card.padEnd(CARD))
      .join('')
      .padEnd(BLOCK),
    0,
    'latin1',
  );
  const view = new DataView(file.buffer, file.byteOffset + BLOCK);
  for (let k = 0; k < pixels.length; k++) view.setFloat32(4 * k, pixels[k] ?? Number.NaN);
  // Noise hardly compresses: the fastest level loses some percent and takes a third of the time.
  return gzipSync(file, { level: 1 });
};

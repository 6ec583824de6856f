import type { Stamps } from '../pipeline/alert.ts';
import { createRandom, type Random } from '../pipeline/learning/random.ts';
import { chance, normal, normalDeviates, uniform } from './draws.ts';
import { magnitudeIn, PIXEL } from './light-curve-history.ts';
import type { Band, Counterpart } from './light-source.ts';
import type { Measurement } from './measurement.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { starsPerSquareArcsec } from './sky-position.ts';
import { BAD_SUBTRACTION } from './source-classes.ts';
import { stampFile } from './stamp-file.ts';
import { type Blob, expose, renderBlobs, STAMP_SIZE } from './stamp-scene.ts';
import { EXPOSURE_STREAM, STREAM } from './streams.ts';

const CENTRE = (STAMP_SIZE - 1) / 2;
/** Magnitude of one count. */
const ZERO_POINT = 26.25;
const TEMPLATE_SEEING = 2 / 2.355 / PIXEL;

/** Science, template and difference stamp of a detection: what an eyeballer looks at first. */
export function simulatedStamps(
  object: SimulatedObject,
  measurement: Measurement,
): { [K in keyof Stamps]: Buffer } {
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
}

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

/** Pixels on a stamp's side; the alert is at the middle of pixel (31, 31). */
export const STAMP_SIZE = 63;

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
export function renderBlobs(blobs: readonly Blob[], seeing: number, dx = 0, dy = 0): Float64Array {
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
export function expose(
  deviate: () => number,
  counts: Float64Array,
  level: number,
  noise: number,
): Float32Array {
  const image = new Float32Array(counts.length);
  for (let k = 0; k < image.length; k++) {
    const signal = counts[k] ?? 0;
    image[k] = level + signal + deviate() * Math.sqrt(noise * noise + Math.max(signal, 0) / GAIN);
  }
  return image;
}

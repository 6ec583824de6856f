/**
 * Numbers of the random streams drawn from one seed (`createRandom(seed, stream, ...)`): each use has its
 * own, so that none shifts when another draws more.
 */
export const STREAM = { weather: 1, exposures: 2, kind: 3, body: 4, field: 5, packet: 6, again: 7 } as const;

/** Streams of an exposure's own seed (`Visit.seed`). */
export const EXPOSURE_STREAM = { astrometry: 1, photometry: 2, pixels: 3, broker: 4 } as const;

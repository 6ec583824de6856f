/** ZTF's public filters: 1 g, 2 r. */
export type Band = 1 | 2;
export const G: Band = 1;
export const R: Band = 2;

/** What the template image shows at or near the source's place. */
export interface Counterpart {
  readonly kind: 'star' | 'galaxy';
  /** Magnitudes in g and r. */
  readonly g: number;
  readonly r: number;
  /** Distance from the source, arcsec, and direction, radians; 0 for the source's own star or nucleus. */
  readonly offset: number;
  readonly direction: number;
}

/** Something that changes, apart from where it is and when it is looked at. */
export interface LightSource {
  /** Its own star, its host galaxy; null where the template shows nothing of it. */
  readonly counterpart: Counterpart | null;
  /** Flux (see flux.ts) in the difference image, negative where it is fainter than in the template. */
  readonly difference: (jd: number, band: Band) => number;
}

/** A source's own star in the template. */
export const ownStar = (g: number, r: number): Counterpart => ({
  kind: 'star',
  g,
  r,
  offset: 0,
  direction: 0,
});

import type { FineLabel } from '../pipeline/learning/label-maps.ts';
import type { Random } from '../pipeline/learning/random.ts';
import { drawAsteroid } from './asteroid.ts';
import { drawBadSubtraction } from './bad-subtraction.ts';
import { drawAgn, drawSnIa, drawSnIi, drawTde } from './extragalactic-sources.ts';
import { drawDwarfNova, drawNova, drawStellarFlare } from './galactic-transients.ts';
import type { LightSource } from './light-source.ts';
import {
  drawEclipsingBinary,
  drawLongPeriodVariable,
  drawRrLyrae,
  drawYoungStar,
} from './stellar-variables.ts';

/** How a class is spread over the sky. */
export interface SkyProfile {
  /** Scale in |b|, degrees, of an exponential concentration to the Galactic plane; null: none. */
  readonly planeScale: number | null;
  /** Part of the class that is spread evenly nevertheless (halo stars, nearby stars). */
  readonly evenPart: number;
  /** Below this |b|, degrees, dust hides most of the class; null: it does not. */
  readonly hiddenBelow: number | null;
}

export interface SourceClass {
  readonly name: string;
  /** What a labeller would rightly call it. */
  readonly label: FineLabel;
  /** Share of the alerts; the shares of all classes add up to 1. */
  readonly share: number;
  readonly sky: SkyProfile;
  /** Draws one source that is near alert brightness around `jd`. */
  readonly draw: (random: Random, jd: number) => LightSource;
}

const disc = (planeScale: number, evenPart = 0.15): SkyProfile => ({
  planeScale,
  evenPart,
  hiddenBelow: null,
});
const beyond: SkyProfile = { planeScale: null, evenPart: 1, hiddenBelow: 9 };

/**
 * The classes of a simulated night. Shares are those that make a night worth labelling, not the sky's:
 * 45 % Galactic.
 */
export const SOURCE_CLASSES: readonly SourceClass[] = [
  { name: 'RR Lyrae', label: 'varstar', share: 0.07, sky: disc(25, 0.4), draw: drawRrLyrae },
  { name: 'eclipsing binary', label: 'varstar', share: 0.08, sky: disc(12), draw: drawEclipsingBinary },
  {
    name: 'long-period variable',
    label: 'varstar',
    share: 0.15,
    sky: disc(8),
    draw: drawLongPeriodVariable,
  },
  { name: 'young star', label: 'varstar', share: 0.05, sky: disc(10), draw: drawYoungStar },
  { name: 'dwarf nova', label: 'gal', share: 0.05, sky: disc(14, 0.2), draw: drawDwarfNova },
  { name: 'stellar flare', label: 'gal', share: 0.05, sky: disc(22, 0.3), draw: drawStellarFlare },
  { name: 'nova', label: 'gal', share: 0.03, sky: disc(6), draw: drawNova },
  { name: 'SN Ia', label: 'extragal', share: 0.15, sky: beyond, draw: drawSnIa },
  { name: 'SN II', label: 'extragal', share: 0.11, sky: beyond, draw: drawSnIi },
  { name: 'AGN', label: 'agn', share: 0.22, sky: beyond, draw: drawAgn },
  { name: 'TDE', label: 'extragal', share: 0.04, sky: beyond, draw: drawTde },
];

/** Passing by: one night's alert without a history, kept out by the filter. */
export const ASTEROID: SourceClass = {
  name: 'asteroid',
  // The guidelines count what moves among the bogus ones.
  label: 'bogus',
  share: 0,
  sky: { planeScale: null, evenPart: 1, hiddenBelow: null },
  draw: drawAsteroid,
};

/** In nights for the question real or bogus only: not one of the sky's, and it passes the filter. */
export const BAD_SUBTRACTION: SourceClass = {
  name: 'bad subtraction',
  label: 'bogus',
  share: 0,
  sky: disc(20, 0.4),
  draw: drawBadSubtraction,
};

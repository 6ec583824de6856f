import type { ObjectId } from '../pipeline/alert.ts';
import type { FineLabel } from '../pipeline/learning/label-maps.ts';
import { createRandom, type Random } from '../pipeline/learning/seeded-random.ts';
import { STREAM } from './draws.ts';
import { drawAgn, drawSnIa, drawSnIi, drawTde } from './extragalactic-sources.ts';
import {
  drawDwarfNova,
  drawEclipsingBinary,
  drawLongPeriodVariable,
  drawNova,
  drawRrLyrae,
  drawStellarFlare,
  drawYoungStar,
} from './galactic-sources.ts';
import { type Counterpart, drawAsteroid, drawBadSubtraction, type LightSource } from './light-source.ts';
import { FIRST_BOGUS, type SimulatedIdentity } from './simulated-identity.ts';
import type { Cadence, SkyProfile } from './visits.ts';

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
  { name: 'RR Lyrae', label: 'varstar', share: 0.07, sky: disc(28, 0.5), draw: drawRrLyrae },
  { name: 'eclipsing binary', label: 'varstar', share: 0.08, sky: disc(16, 0.25), draw: drawEclipsingBinary },
  {
    name: 'long-period variable',
    label: 'varstar',
    share: 0.15,
    sky: disc(12, 0.15),
    draw: drawLongPeriodVariable,
  },
  { name: 'young star', label: 'varstar', share: 0.05, sky: disc(10), draw: drawYoungStar },
  { name: 'dwarf nova', label: 'gal', share: 0.05, sky: disc(17, 0.35), draw: drawDwarfNova },
  { name: 'stellar flare', label: 'gal', share: 0.05, sky: disc(24, 0.45), draw: drawStellarFlare },
  { name: 'nova', label: 'gal', share: 0.03, sky: disc(6), draw: drawNova },
  { name: 'SN Ia', label: 'extragal', share: 0.15, sky: beyond, draw: drawSnIa },
  { name: 'SN II', label: 'extragal', share: 0.11, sky: beyond, draw: drawSnIi },
  { name: 'AGN', label: 'agn', share: 0.22, sky: beyond, draw: drawAgn },
  { name: 'TDE', label: 'extragal', share: 0.04, sky: beyond, draw: drawTde },
];

/** Passing by: one night's alert without a history, kept out by the filter. */
const ASTEROID: SourceClass = {
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

/**
 * Why an alert does not pass the fink_vra_ztf filter: too bright, a known asteroid, a SIMBAD type, or a low
 * real/bogus score.
 */
export type Flaw = 'bright' | 'asteroid' | 'catalogued' | 'artefact';

export interface SimulatedObject {
  /** The simulation's. */
  readonly seed: number;
  readonly identity: SimulatedIdentity;
  readonly objectId: ObjectId;
  readonly sourceClass: SourceClass;
  readonly flaw: Flaw | null;
  /** ICRS, degrees. */
  readonly ra: number;
  readonly dec: number;
  /** Galactic latitude, degrees. */
  readonly b: number;
  readonly source: LightSource;
  /** The nearest star that has nothing to do with it. */
  readonly neighbour: Counterpart;
  readonly cadence: Cadence;
}

/** Class and flaw, the first two things drawn of an object: all that its truth needs. */
export const kindOf = (
  seed: number,
  { night, index }: SimulatedIdentity,
): { sourceClass: SourceClass; flaw: Flaw | null } => {
  if (index >= FIRST_BOGUS) return { sourceClass: BAD_SUBTRACTION, flaw: null };
  const random = createRandom(seed, STREAM.kind, night, index);
  const sourceClass = drawClass(random);
  const flaw = drawFlaw(random);
  return { sourceClass: flaw === 'asteroid' ? ASTEROID : sourceClass, flaw };
};

function drawClass(random: Random): SourceClass {
  let rest = random.float() * SOURCE_CLASSES.reduce((sum, { share }) => sum + share, 0);
  for (const sourceClass of SOURCE_CLASSES) {
    rest -= sourceClass.share;
    if (rest < 0) return sourceClass;
  }
  throw new Error('no simulated source class has a share');
}

/** One alert in eight does not pass. */
function drawFlaw(random: Random): Flaw | null {
  const u = random.float();
  if (u < 0.04) return 'bright';
  if (u < 0.065) return 'asteroid';
  if (u < 0.1) return 'catalogued';
  return u < 0.13 ? 'artefact' : null;
}

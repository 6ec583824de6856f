import type { ObjectId } from '../pipeline/alert.ts';
import { createRandom, type Random } from '../pipeline/learning/random.ts';
import { chance } from './draws.ts';
import type { Counterpart, LightSource } from './light-source.ts';
import { type Measurement, measure } from './measurement.ts';
import { jdOfNight } from './night-calendar.ts';
import { FIRST_BOGUS, MOST_OBJECTS, type SimulatedIdentity, simulatedObjectId } from './object-id.ts';
import { drawNeighbour, drawPosition } from './sky-position.ts';
import { ASTEROID, BAD_SUBTRACTION, SOURCE_CLASSES, type SourceClass } from './source-classes.ts';
import { STREAM } from './streams.ts';
import { type Cadence, drawCadence, visitsOf } from './visits.ts';

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

const MOST_TRIES = 5000;

/** Class and flaw, the first two things drawn of an object: all that its truth needs. */
export function kindOf(
  seed: number,
  { night, index }: SimulatedIdentity,
): { sourceClass: SourceClass; flaw: Flaw | null } {
  if (index >= FIRST_BOGUS) return { sourceClass: BAD_SUBTRACTION, flaw: null };
  const random = createRandom(seed, STREAM.kind, night, index);
  const sourceClass = drawClass(random);
  const flaw = drawFlaw(random);
  return { sourceClass: flaw === 'asteroid' ? ASTEROID : sourceClass, flaw };
}

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

/** Everything about an object, from its identity and the seed alone. */
export function simulatedObject(seed: number, identity: SimulatedIdentity): SimulatedObject {
  if (identity.index >= MOST_OBJECTS) {
    throw new RangeError(`a simulated night has at most ${MOST_OBJECTS} objects`);
  }
  const { sourceClass, flaw } = kindOf(seed, identity);
  const random = createRandom(seed, STREAM.body, identity.night, identity.index);
  const position = drawPosition(random, sourceClass.sky, identity.night);
  const cadence = drawCadence(random);
  const neighbour = drawNeighbour(random, position.b);
  const mayHaveFaded = chance(random, 0.15);
  const visits = visitsOf(seed, identity, cadence, identity.night);
  const alertJd = visits[0]?.jd ?? jdOfNight(identity.night);
  const isSeen = (source: LightSource): boolean => {
    const alert = visits.map((visit) => measure(source, visit)).find((measured) => isAlert(measured, flaw));
    return alert?.detection != null && (alert.detection.positive || mayHaveFaded);
  };
  let source = sourceClass.draw(random, alertJd);
  // One that is never seen (not met with in 150,000 objects) makes no packet.
  for (let tries = 1; tries < MOST_TRIES && !isSeen(source); tries++)
    source = sourceClass.draw(random, alertJd);
  const objectId = simulatedObjectId(identity);
  return { seed, identity, objectId, sourceClass, flaw, ...position, source, neighbour, cadence };
}

/** Whether a measurement makes the alert that its object is there for. */
export function isAlert({ detection }: Measurement, flaw: Flaw | null): boolean {
  if (detection === null) return false;
  return flaw === 'bright' ? detection.magpsf <= 19.5 : detection.magpsf > 19.5;
}

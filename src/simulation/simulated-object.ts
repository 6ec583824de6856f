import { createRandom } from '../pipeline/learning/seeded-random.ts';
import { chance, STREAM } from './draws.ts';
import type { LightSource } from './light-source.ts';
import { type Measurement, measure } from './measurements.ts';
import { jdOfNight, MOST_OBJECTS, type SimulatedIdentity, simulatedObjectId } from './simulated-identity.ts';
import { type Flaw, kindOf, type SimulatedObject } from './source-classes.ts';
import { drawCadence, drawNeighbour, drawPosition, visitsOf } from './visits.ts';

const MOST_TRIES = 5000;

/** Everything about an object, from its identity and the seed alone. */
export const simulatedObject = (seed: number, identity: SimulatedIdentity): SimulatedObject => {
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
};

/** Whether a measurement makes the alert that its object is there for. */
export const isAlert = ({ detection }: Measurement, flaw: Flaw | null): boolean => {
  if (detection === null) return false;
  return flaw === 'bright' ? detection.magpsf <= 19.5 : detection.magpsf > 19.5;
};

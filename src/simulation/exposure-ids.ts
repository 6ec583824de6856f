import { createRandom } from '../pipeline/learning/random.ts';
import { jdOfNight } from './night-calendar.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { STREAM } from './streams.ts';
import type { Visit } from './visits.ts';

/** Where in the survey an exposure of an object is. */
export interface ExposureIds {
  readonly nid: number;
  readonly rcid: number;
  readonly field: number;
  readonly tblid: number;
  readonly pid: bigint;
  readonly candid: bigint;
}

/**
 * Ids as the survey makes them: pid is night, fraction of the day (5 digits), readout channel and two digits
 * that are 15 in the survey's and 99 here, so that no simulated id is a real one; candid is pid, 015 and
 * the number in the exposure. 19 digits, ascending with time.
 */
export function exposureIds(object: SimulatedObject, { jd }: Visit): ExposureIds {
  const { night, index } = object.identity;
  const random = createRandom(object.seed, STREAM.field, night, index);
  const rcid = random.below(64);
  const field = 245 + random.below(640);
  const nid = Math.floor(jd - jdOfNight(0));
  const fraction = Math.floor((jd - jdOfNight(nid)) * 1e5);
  const tblid = index % 1000;
  const pid = ((BigInt(nid) * 100_000n + BigInt(fraction)) * 100n + BigInt(rcid)) * 100n + 99n;
  return { nid, rcid, field, tblid, pid, candid: pid * 1_000_000n + 15_000n + BigInt(tblid) };
}

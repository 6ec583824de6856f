import type { Alert, HistoryPoint } from '../pipeline/alert.ts';
import { separationArcsec } from '../pipeline/enrich/sky-position.ts';
import { measure } from './measurements.ts';
import { jdOfNight, type NightNumber, simulatedIdentity } from './simulated-identity.ts';
import { simulatedObject } from './simulated-object.ts';
import { isInNightSky, visitsOf } from './visits.ts';

/** The broker's archive begins on 2019-11-01. */
const ARCHIVE_BEGINS: NightNumber = 1034;
/** Of the nights before the packet's thirty days every third is in the archive: as many points as real objects have. */
const EVERY = 3;
const PACKET_NIGHTS = 30;
/** An alert of the same seed is where its object is, up to the scatter of its position. */
const SAME_PLACE_ARCSEC = 5;

/**
 * What Fink's archive would have of a simulated object up to its alert, oldest first: its own light in all the
 * nights its field was up, so that an AGN or a variable has years of detections and a supernova years of limits
 * and its last weeks. Empty for an alert that another seed made.
 */
export const simulatedHistory = (
  { objectId, ra, dec, jd, context }: Pick<Alert, 'objectId' | 'ra' | 'dec' | 'jd' | 'context'>,
  seed: number,
): HistoryPoint[] => {
  const identity = simulatedIdentity(objectId);
  if (identity === null) return [];
  const object = simulatedObject(seed, identity);
  if (separationArcsec(object, { ra, dec }) > SAME_PLACE_ARCSEC) return [];
  const last = Math.floor(jd - jdOfNight(0));
  const points: HistoryPoint[] = [];
  for (let night = ARCHIVE_BEGINS; night <= last; night += 1) {
    const inPacket = night >= last - PACKET_NIGHTS;
    if (!inPacket && ((night + object.cadence.offset) % EVERY !== 0 || !isInNightSky(object.ra, night)))
      continue;
    for (const visit of visitsOf(seed, identity, object.cadence, night)) {
      if (visit.jd > jd) continue;
      const { detection } = measure(object.source, visit);
      // The packet says when the first detection was: nothing is seen before.
      const seen = inPacket || context.jdstarthist === null || visit.jd >= context.jdstarthist;
      points.push({
        jd: visit.jd,
        fid: visit.band,
        magpsf: seen ? (detection?.magpsf ?? null) : null,
        sigmapsf: seen ? (detection?.sigmapsf ?? null) : null,
        diffmaglim: visit.diffmaglim,
        isdiffpos: detection === null || !seen ? null : detection.positive ? 't' : 'f',
      });
    }
  }
  return points;
};

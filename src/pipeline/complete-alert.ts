import { isDeepStrictEqual } from 'node:util';
import { type Alert, type AlertContext, type Epoch, NO_CONTEXT } from './alert.ts';

/**
 * Fills gaps of a stored alert from a second packet of the same candid: a light packet, a table's row or an
 * archive lacks the history, the errors and the stamps. Known values stay.
 *
 * @returns null if the second packet adds nothing (stamps are not compared)
 */
export const completedBy = (stored: Alert, other: Alert): Alert | null => {
  // The same candid of another object or another time is not the same alert.
  if (stored.objectId !== other.objectId || Math.abs(stored.jd - other.jd) > 1e-4) return null;
  const forced = stored.forced ?? other.forced;
  const completed: Alert = {
    ...stored,
    sigmapsf: stored.sigmapsf ?? other.sigmapsf,
    drb: stored.drb ?? other.drb,
    rb: stored.rb ?? other.rb,
    roid: stored.roid ?? other.roid,
    cdsxmatch: stored.cdsxmatch ?? other.cdsxmatch,
    context: contextOf(stored.context, other.context),
    epochs: richness(other.epochs) > richness(stored.epochs) ? other.epochs : stored.epochs,
    ...(forced === undefined ? {} : { forced }),
    storedFeatures: {
      g: stored.storedFeatures.g ?? other.storedFeatures.g,
      r: stored.storedFeatures.r ?? other.storedFeatures.r,
    },
  };
  return isDeepStrictEqual(completed, stored) ? null : completed;
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const isContextField = (name: string): name is keyof AlertContext => Object.hasOwn(NO_CONTEXT, name);

function contextOf(stored: AlertContext, other: AlertContext): AlertContext {
  const context: Writable<AlertContext> = { ...stored };
  const fill = <K extends keyof AlertContext>(name: K): void => {
    context[name] = stored[name] ?? other[name];
  };
  Object.keys(NO_CONTEXT).filter(isContextField).forEach(fill);
  return context;
}

/** The number of values present in a light curve's epochs. */
const richness = (epochs: readonly Epoch[]): number =>
  epochs.reduce((sum, epoch) => sum + Object.values(epoch).filter((value) => value !== null).length, 0);

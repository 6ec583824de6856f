import type { Epoch } from '../alert.ts';
import { apparentMagnitude, hasTemplateSource, type Magnitude } from './apparent-magnitudes.ts';

/** The points of one band in order of time; the three arrays have the same length. */
export interface BandLightCurve {
  /** Julian dates, ascending, no two equal. */
  readonly t: readonly number[];
  /** Magnitudes and their errors. */
  readonly m: readonly number[];
  readonly sigma: readonly number[];
}

export interface LightCurve {
  readonly g: BandLightCurve;
  readonly r: BandLightCurve;
  /** True when the magnitudes are apparent ones (template source plus difference), not the difference's. */
  readonly apparent: boolean;
}

const G = 1;
const R = 2;

/**
 * An alert's epochs (current first, as `Alert.epochs` has them) as Fink prepares them for its light-curve
 * features: g and r detections with a magnitude and an error, whatever their rb or sign; all of them
 * apparent magnitudes when any epoch, i band included, has a template source within 1.5 pixels; sorted by jd;
 * of points with the same (jd, fid) the first one.
 */
export const lightCurve = (epochs: readonly Epoch[]): LightCurve => {
  const apparent = hasTemplateSource(epochs);
  return {
    g: bandLightCurve(epochs, G, apparent),
    r: bandLightCurve(epochs, R, apparent),
    apparent,
  };
};

const isDetection = (epoch: Epoch): boolean => isNumber(epoch.magpsf) && isNumber(epoch.sigmapsf);

const isNumber = (value: number | null): value is number => value !== null && !Number.isNaN(value);

function bandLightCurve(epochs: readonly Epoch[], fid: number, apparent: boolean): BandLightCurve {
  const t: number[] = [];
  const m: number[] = [];
  const sigma: number[] = [];
  for (const epoch of epochs) {
    if (epoch.fid !== fid || !isDetection(epoch)) continue;
    const point = apparent ? apparentMagnitude(epoch) : differenceMagnitude(epoch);
    if (point === null) continue;
    // Into its place in time.
    const { jd } = epoch;
    let place = t.length;
    while (place > 0 && (t[place - 1] ?? 0) > jd) place--;
    if (place > 0 && t[place - 1] === jd) continue;
    insertAt(t, place, jd);
    insertAt(m, place, point.magnitude);
    insertAt(sigma, place, point.sigma);
  }
  return { t, m, sigma };
}

const insertAt = (values: number[], place: number, value: number): void => {
  values.push(value);
  for (let i = values.length - 1; i > place; i--) values[i] = values[i - 1] ?? 0;
  values[place] = value;
};

function differenceMagnitude({ magpsf, sigmapsf }: Epoch): Magnitude | null {
  return magpsf === null || sigmapsf === null ? null : { magnitude: magpsf, sigma: sigmapsf };
}

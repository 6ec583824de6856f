import type { Epoch } from '../alert.ts';
import { apparentMagnitude, hasTemplateSource, type Magnitude } from './apparent-magnitudes.ts';

/** The points of one band in order of time; the three arrays have the same length. */
export interface BandLightCurve {
  /** Julian dates, ascending, no two equal. */
  readonly t: Float64Array;
  /** Magnitudes and their errors. */
  readonly m: Float64Array;
  readonly sigma: Float64Array;
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
export function lightCurve(epochs: readonly Epoch[]): LightCurve {
  const detections = epochs.filter(isDetection);
  const apparent = hasTemplateSource(epochs);
  return {
    g: bandLightCurve(detections, G, apparent),
    r: bandLightCurve(detections, R, apparent),
    apparent,
  };
}

const isDetection = (epoch: Epoch): boolean =>
  (epoch.fid === G || epoch.fid === R) && isNumber(epoch.magpsf) && isNumber(epoch.sigmapsf);

const isNumber = (value: number | null): value is number => value !== null && !Number.isNaN(value);

function bandLightCurve(detections: readonly Epoch[], fid: number, apparent: boolean): BandLightCurve {
  const points: { jd: number; point: Magnitude }[] = [];
  for (const epoch of detections) {
    if (epoch.fid !== fid) continue;
    const point = apparent ? apparentMagnitude(epoch) : differenceMagnitude(epoch);
    if (point !== null) points.push({ jd: epoch.jd, point });
  }
  points.sort((a, b) => a.jd - b.jd);

  const t = new Float64Array(points.length);
  const m = new Float64Array(points.length);
  const sigma = new Float64Array(points.length);
  let n = 0;
  for (const { jd, point } of points) {
    if (n > 0 && t[n - 1] === jd) continue;
    t[n] = jd;
    m[n] = point.magnitude;
    sigma[n] = point.sigma;
    n++;
  }
  return n === points.length
    ? { t, m, sigma }
    : { t: t.slice(0, n), m: m.slice(0, n), sigma: sigma.slice(0, n) };
}

function differenceMagnitude({ magpsf, sigmapsf }: Epoch): Magnitude | null {
  return magpsf === null || sigmapsf === null ? null : { magnitude: magpsf, sigma: sigmapsf };
}

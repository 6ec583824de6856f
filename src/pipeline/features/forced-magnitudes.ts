import type { Alert, Epoch, ForcedPoint } from '../alert.ts';

/** What forced photometry sees, as a magnitude of the difference image. */
interface ForcedMagnitude {
  readonly magnitude: number;
  readonly error: number;
  /** Fainter than the template: the magnitude is that of the missing light. */
  readonly negative: boolean;
}

/** Flux over its error from which on forced photometry counts as a detection (ZSDS Explained, section 6.5). */
const LEAST_SNR = 3;
const MAGNITUDES_PER_E = 2.5 / Math.LN10;

/**
 * The magnitude of a forced measurement: zero point - 2.5 log10 |flux|, with the error 1.0857 / S:N. Null below
 * 3 sigma, and where a number is missing. Source: Masci et al. 2023, "A New Forced Photometry Service for the
 * Zwicky Transient Facility".
 */
const forcedMagnitude = ({ flux, fluxError, zeroPoint }: ForcedPoint): ForcedMagnitude | null => {
  if (flux === null || fluxError === null || zeroPoint === null || !(fluxError > 0)) return null;
  const snr = Math.abs(flux) / fluxError;
  if (!(snr >= LEAST_SNR)) return null;
  return {
    magnitude: zeroPoint - 2.5 * Math.log10(Math.abs(flux)),
    error: MAGNITUDES_PER_E / snr,
    negative: flux < 0,
  };
};

/** Two measurements of one exposure are at the same time up to rounding, days. */
const SAME_EXPOSURE = 0.0001;

export const isSameExposure = (a: Pick<Epoch, 'jd' | 'fid'>, b: Pick<Epoch, 'jd' | 'fid'>): boolean =>
  a.fid === b.fid && Math.abs(a.jd - b.jd) < SAME_EXPOSURE;

/** Forced photometry of an alert where it sees something and the packet has no detection in that exposure. */
export const forcedDetections = ({
  forced = [],
  epochs,
}: Pick<Alert, 'forced' | 'epochs'>): readonly (ForcedMagnitude & Pick<ForcedPoint, 'jd' | 'fid'>)[] =>
  forced.flatMap((point) => {
    if (epochs.some((one) => one.magpsf !== null && isSameExposure(one, point))) return [];
    const measured = forcedMagnitude(point);
    return measured === null ? [] : [{ jd: point.jd, fid: point.fid, ...measured }];
  });

/** Fluxes here are in units in which magnitude 25 is 1. */
const ZERO_POINT = 25;

export const fluxOf = (magnitude: number): number => 10 ** (-0.4 * (magnitude - ZERO_POINT));

/** Magnitude of a positive flux. */
export const magnitudeOf = (flux: number): number => ZERO_POINT - 2.5 * Math.log10(flux);

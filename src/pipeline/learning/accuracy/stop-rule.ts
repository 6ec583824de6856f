import type { Candid, Probability } from '../../alert.ts';
import { keyedUniform } from '../seeded-random.ts';
import { cohenKappa } from './agreement.ts';
import { predictedClass } from './metrics.ts';

/** Kappa from which two models are taken to say the same, and for how many rounds in a row. */
const STOP_KAPPA = 0.99;
const STOP_ROUNDS = 3;

/** Alerts in the stop set, fewer when there are fewer. */
const STOP_SET_SIZE = 500;

/**
 * A fixed random set on which consecutive models are compared: the candids with the smallest numbers that
 * the seed gives them. An alert that arrives later displaces few, one that is labelled makes way for one.
 */
export const stopSet = (candids: readonly Candid[], seed: number, size = STOP_SET_SIZE): Candid[] =>
  candids
    .map((candid) => ({ candid, key: keyedUniform(seed, candid) }))
    .sort((a, b) => a.key - b.key)
    .slice(0, size)
    .map(({ candid }) => candid);

/** Kappa of the classes that two models give the same alerts, in the same order. Null without alerts. */
export const modelsKappa = (before: ArrayLike<Probability>, after: ArrayLike<Probability>): number | null =>
  cohenKappa(
    Array.from(before, (p) => predictedClass(p)),
    Array.from(after, (p) => predictedClass(p)),
  );

/**
 * Whether more labels would change little: kappa was 0.99 or more for the last three rounds (Bloodgood &
 * Vijay-Shanker 2009, CoNLL). Advice only. `kappas` in the order of the rounds; null where there was none.
 */
export const stopAdvised = (kappas: readonly (number | null)[]): boolean =>
  kappas.length >= STOP_ROUNDS &&
  kappas.slice(-STOP_ROUNDS).every((kappa) => kappa !== null && kappa >= STOP_KAPPA);

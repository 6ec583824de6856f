import type { Candid, Probability } from '../../alert.ts';
import { keyedUniform } from '../seeded-random.ts';
import { cohenKappa } from './agreement.ts';
import { predictedClass } from './decision.ts';

/** Kappa from which two models are taken to say the same, and for how many rounds in a row. */
const STOP_KAPPA = 0.99;
const STOP_ROUNDS = 3;

/** Alerts in the stop set, fewer when there are fewer. */
const STOP_SET_SIZE = 500;

/**
 * A fixed random set on which consecutive models are compared: the candids with the smallest numbers that
 * the seed gives them. An alert that arrives later displaces few, one that is labelled makes way for one.
 */
export interface StopSet<T> {
  /** Offers an alert, with what to remember about it. */
  add(candid: Candid, value: T): void;
  /** What was remembered about those in the set, in the order of their numbers. */
  values(): T[];
}

export const createStopSet = <T>(seed: number, size = STOP_SET_SIZE): StopSet<T> => {
  let kept: { readonly key: number; readonly value: T }[] = [];
  const cut = (): void => {
    kept = kept.sort((a, b) => a.key - b.key).slice(0, size);
  };
  return {
    add: (candid, value) => {
      kept.push({ key: keyedUniform(seed, candid), value });
      if (kept.length >= 2 * size + 1000) cut();
    },
    values: () => {
      cut();
      return kept.map(({ value }) => value);
    },
  };
};

/** What a model says of some alerts: P(class 1), and from which on it takes one for class 1. */
interface Opinion {
  readonly p: ArrayLike<Probability>;
  readonly threshold: Probability;
}

const classesOf = ({ p, threshold }: Opinion): number[] =>
  Array.from(p, (one) => predictedClass(one, threshold));

/** Kappa of the classes that two models give the same alerts, in the same order. Null without alerts. */
export const modelsKappa = (before: Opinion, after: Opinion): number | null =>
  cohenKappa(classesOf(before), classesOf(after));

/**
 * Whether more labels would change little: kappa was 0.99 or more for the last three rounds (Bloodgood &
 * Vijay-Shanker 2009, CoNLL). Advice only. `kappas` in the order of the rounds; null where there was none.
 */
export const stopAdvised = (kappas: readonly (number | null)[]): boolean =>
  kappas.length >= STOP_ROUNDS &&
  kappas.slice(-STOP_ROUNDS).every((kappa) => kappa !== null && kappa >= STOP_KAPPA);

import type { SimulationPlan } from './simulate.ts';

/** The reference's experiment: thirty labels at random, then four times the ten most uncertain. */
export const FIRST_LOOP: SimulationPlan = {
  engines: ['ml-random-forest', 'extra-trees'],
  strategies: ['uncertainty'],
  seeds: 20,
  firstBatch: 30,
  batch: 10,
  upTo: 70,
  heldOut: 0.4,
};

/** Accuracies that the reference (github.com/HeloiseS/finkvra) published, by labels: of its training set. */
export const PUBLISHED_FIRST_LOOP: ReadonlyMap<number, number> = new Map([
  [30, 0.63],
  [40, 0.75],
  [50, 0.88],
  [60, 0.87],
  [70, 0.93],
]);

import type { Strategy } from './strategy.ts';
import { weightedDraw } from './weighted-draw.ts';

/** Drawn with known probabilities that grow with the square of the uncertainty. */
export const weightedUncertainty: Strategy = weightedDraw(2);

import type { Strategy } from './strategy.ts';
import { weightedDraw } from './weighted-draw.ts';

/**
 * Drawn with known probabilities that grow with the eighth power of the uncertainty: nearly as many hard
 * candidates as the most uncertain ones would be, and still every label can be weighed. Measured, it learns
 * as fast as choosing the most uncertain, and reports its accuracy more exactly than two audit candidates of
 * ten do (docs/learning.md).
 */
export const focusedUncertainty: Strategy = weightedDraw(8);

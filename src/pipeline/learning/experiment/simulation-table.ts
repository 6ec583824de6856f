import type { FeatureMatrix } from '../engines/classifier.ts';

/** A labelled table to play active learning on: `y[i]` is 1 or 0, `groups[i]` the object of row i. */
export interface SimulationTable {
  readonly x: FeatureMatrix;
  readonly y: Uint8Array;
  readonly groups: readonly string[];
}

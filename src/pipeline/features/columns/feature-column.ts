/** Which inputs a model may be trained on. */
export const FEATURE_SETS = ['reference', 'context', 'wide'] as const;

/**
 * - `reference`: the 21 of the reference program (HeloiseS/finkvra), in its order and spelling
 * - `context`: what lies at the position and how long something has been seen there
 * - `wide`: that, light curves, colours and rates
 *
 * docs/learning.md says what each was measured to be worth.
 */
export type FeatureSet = (typeof FEATURE_SETS)[number];

export interface FeatureColumn {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  /** Packet field, or what it is measured from. */
  readonly source: string;
  /** When it is missing. */
  readonly missing: string;
  /** What a card or a picture calls it. */
  readonly words: string;
  readonly sets: readonly FeatureSet[];
}

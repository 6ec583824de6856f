/** The reference's six fine labels. */
export const FINE_LABELS = ['real', 'extragal', 'gal', 'agn', 'bogus', 'varstar'] as const;

export type FineLabel = (typeof FINE_LABELS)[number];

/** What a model can tell apart; one is active per channel. */
export const MODEL_TYPES = ['galactic', 'real', 'transient'] as const;

export type ModelType = (typeof MODEL_TYPES)[number];

/** A model type's classes: their names and which fine label is which; null has no class in it. */
export interface LabelMap {
  /** Names of class 1 and class 0, as a sentence may use them. */
  readonly positive: string;
  readonly negative: string;
  readonly classes: Readonly<Record<FineLabel, 0 | 1 | null>>;
}

/** The maps of the reference's three model types (its 'gal', 'real' and 'trans'). */
export const LABEL_MAPS: Readonly<Record<ModelType, LabelMap>> = {
  galactic: {
    positive: 'galactic',
    negative: 'not galactic',
    classes: { real: null, extragal: 0, gal: 1, agn: 0, bogus: null, varstar: 1 },
  },
  real: {
    positive: 'real',
    negative: 'bogus',
    classes: { real: 1, extragal: 1, gal: 1, agn: 1, bogus: 0, varstar: 1 },
  },
  transient: {
    positive: 'transient',
    negative: 'not transient',
    classes: { real: null, extragal: 1, gal: 1, agn: 0, bogus: null, varstar: 0 },
  },
};

/** The class of a fine label for a model type; null when it has none there and counts for nothing. */
export const classOfLabel = (type: ModelType, label: FineLabel): 0 | 1 | null =>
  LABEL_MAPS[type].classes[label];

import type { Classifier, FeatureMatrix, Fit } from './engines/classifier.ts';
import { selectRows, stackRows } from './feature-matrix.ts';

/** What trains a model before the first round: the labels there are, others' labels too, or nothing. */
export const START_KINDS = ['labels', 'starter', 'reference'] as const;

export type StartKind = (typeof START_KINDS)[number];

/** Labelled rows of a training. */
export interface LabelledRows {
  readonly x: FeatureMatrix;
  /** 1 or 0 for each row of `x`. */
  readonly y: Uint8Array;
  /** The objectId of each row of `x`. */
  readonly groups: readonly string[];
}

/** Weight of one label of others, against 1 for the team's own, while the team has few. */
const WEIGHT = 0.3;

/** Own labels at which others' count half of that; beyond, they fade with the square of the number. */
const HALF_AT = 30;

/**
 * Weight of each label of others when the team has this many of its own. A constant weight helps at first
 * and costs ranking later (docs/learning.md), so it fades.
 */
export const weightOfOthers = (own: number): number => WEIGHT / (1 + (own / HALF_AT) ** 2);

/**
 * A model of the team's own labels with others' beside them. Others' labels of an object that the team has
 * labelled are not used. What the fit says of its rows, out of bag too, is of the team's own labels alone.
 */
export const fitWithOthers = (
  engine: Classifier,
  own: LabelledRows,
  others: LabelledRows,
  options: { readonly seed: number; readonly onProgress?: (done: number, total: number) => void },
): Fit => {
  const labelled = new Set(own.groups);
  const heard = [...others.groups.keys()].filter((row) => !labelled.has(others.groups[row] ?? ''));
  const x = stackRows(own.x, selectRows(others.x, heard));
  const y = Uint8Array.from([...own.y, ...heard.map((row) => others.y[row] ?? 0)]);
  const groups = [...own.groups, ...heard.map((row) => others.groups[row] ?? '')];
  const weights = new Float64Array(x.rows).fill(weightOfOthers(own.y.length));
  weights.fill(1, 0, own.y.length);
  const fit = engine.fit(x, y, { ...options, groups, weights });
  const ofOwn = (all: Float64Array): Float64Array => all.slice(0, own.y.length);
  return {
    model: fit.model,
    gains: fit.gains,
    warnings: fit.warnings,
    // Computed when it is first read, as the fit's own is.
    get outOfBag() {
      return ofOwn(fit.outOfBag);
    },
    // The rows of others take no part: they stay as they were trained on.
    predictOutOfBag: (rows) => ofOwn(fit.predictOutOfBag(stackRows(rows, selectRows(others.x, heard)))),
  };
};

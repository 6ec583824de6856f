import type { FeatureMatrix, Fit } from '../engines/classifier.ts';
import { createRandom, type Random, shuffle } from '../seeded-random.ts';
import { aucPlacements } from './auc-placements.ts';

/** The importance of a feature, or of some features together, for a model. */
export interface PermutationImportance {
  /** One name, or those permuted together. */
  readonly features: readonly string[];
  /** How much the out-of-bag ROC-AUC drops when these columns are shuffled; mean of the repeats. */
  readonly drop: number;
  /** Of the drop: from the finite number of objects and of repeats. */
  readonly standardError: number;
  /** The drop is less than two standard errors: nothing was shown. */
  readonly withinNoise: boolean;
}

export interface ImportanceOptions {
  readonly seed: number;
  readonly repeats?: number;
  /** One group per row, as in `FitOptions`. */
  readonly groups?: readonly string[];
  /** Columns to permute together besides every one alone; `bandPairs` of the names without it. */
  readonly together?: readonly (readonly string[])[];
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Permutation importance (Breiman 2001; Fisher et al. 2019, arXiv 1801.01489) on out-of-bag predictions: a
 * column takes the values of other objects, and every row is predicted by the trees that saw no row of its
 * object. Largest drop first. A feature with a twin that carries the same information drops little alone, so
 * twins are also permuted together.
 *
 * @param fit of these very rows
 */
export const permutationImportance = (
  fit: Fit,
  x: FeatureMatrix,
  y: Uint8Array,
  options: ImportanceOptions,
): PermutationImportance[] => {
  const { seed, repeats = 20, together = bandPairs(x.names), onProgress } = options;
  const groups = options.groups ?? Array.from({ length: x.rows }, (_, row) => `${row}`);
  const sets = [...x.names.map((name) => [name]), ...together];
  const usable = Uint8Array.from(fit.outOfBag, (p) => (Number.isNaN(p) ? 0 : 1));
  const baseline = aucPlacements(y, fit.outOfBag, usable);
  if (baseline === null) {
    throw new Error('Importance needs out-of-bag predictions of labels of both classes: label more objects.');
  }
  const results = sets.map((features, done) => {
    const columns = features.map((name) => columnOf(x.names, name));
    const drops: number[] = [];
    const meanLoss = new Float64Array(x.rows);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const permuted = permuteColumns(x, columns, groups, createRandom(seed, repeat));
      const placements = aucPlacements(y, fit.predictOutOfBag(permuted), usable);
      if (placements === null) continue;
      drops.push(baseline.auc - placements.auc);
      for (let row = 0; row < x.rows; row++) {
        const loss = (baseline.placements[row] ?? 0) - (placements.placements[row] ?? 0);
        meanLoss[row] = (meanLoss[row] ?? 0) + loss / repeats;
      }
    }
    const drop = mean(drops);
    const fromRepeats = drops.reduce((sum, one) => sum + (one - drop) ** 2, 0) / (repeats - 1) / repeats;
    const standardError = Math.sqrt(varianceOfMeanLoss(meanLoss, y, usable, groups) + fromRepeats);
    onProgress?.(done + 1, sets.length);
    return { features, drop, standardError, withinNoise: !(drop > 2 * standardError) };
  });
  return results.sort((a, b) => b.drop - a.drop);
};

/** Columns of g and r band that measure the same: a name and the same name with `r_` behind it. */
export const bandPairs = (names: readonly string[]): string[][] =>
  names.filter((name) => names.includes(`${name}r_`)).map((name) => [name, `${name}r_`]);

/** The rows with some columns taken, all from the same row, from an object drawn without replacement. */
const permuteColumns = (
  x: FeatureMatrix,
  columns: readonly number[],
  groups: readonly string[],
  random: Random,
): FeatureMatrix => {
  const rowsOf = Map.groupBy(groups.keys(), (row) => groups[row] ?? '');
  const names = [...rowsOf.keys()];
  const donors = shuffle(names, random);
  const values = x.values.slice();
  names.forEach((name, g) => {
    const from = rowsOf.get(donors[g] ?? '') ?? [];
    for (const row of rowsOf.get(name) ?? []) {
      const donor = from[random.below(from.length)] ?? row;
      for (const column of columns) {
        values[row * x.names.length + column] = x.values[donor * x.names.length + column] ?? Number.NaN;
      }
    }
  });
  return { ...x, values };
};

/**
 * Variance of a difference of two AUCs of the same rows (DeLong et al. 1988, Biometrics 44, 837): from the
 * differences of the rows' placements, rows of one object taken together.
 */
const varianceOfMeanLoss = (
  losses: Float64Array,
  y: Uint8Array,
  usable: Uint8Array,
  groups: readonly string[],
): number => {
  let variance = 0;
  for (const label of [0, 1]) {
    const rows = [...losses.keys()].filter((row) => y[row] === label && usable[row] === 1);
    const center = mean(rows.map((row) => losses[row] ?? 0));
    const byObject = new Map<string, number>();
    for (const row of rows) {
      const group = groups[row] ?? '';
      byObject.set(group, (byObject.get(group) ?? 0) + (losses[row] ?? 0) - center);
    }
    const squares = [...byObject.values()].reduce((sum, value) => sum + value * value, 0);
    const objects = byObject.size;
    variance += objects < 2 ? 0 : (squares / rows.length ** 2) * (objects / (objects - 1));
  }
  return variance;
};

const columnOf = (names: readonly string[], name: string): number => {
  const column = names.indexOf(name);
  if (column < 0) throw new Error(`There is no feature ${name}; there are ${names.join(', ')}.`);
  return column;
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

import type { Random } from '../seeded-random.ts';
import { ANY_PRESENT, type BestSplit, type NodeRows } from './best-split.ts';
import { createKeySorter } from './sort-keys.ts';
import { columnRanks, type TrainingColumns } from './training-columns.ts';

/**
 * Tries splits of the node [start, end) by one feature and tells `best` of them. False when the feature is
 * constant on the node.
 */
export type FeatureSplitter = (
  feature: number,
  start: number,
  end: number,
  nodeWeight: number,
  nodePositive: number,
  random: Random,
) => boolean;

/**
 * Tries one drawn threshold of a feature.
 *
 *   gathered[i]   the feature, by position
 */
export const createRandomSplitter = (
  { rows, columns, hasMissing }: TrainingColumns,
  { samples, weight, positive }: NodeRows,
  best: BestSplit,
  minLeaf: number,
): FeatureSplitter => {
  const gathered = new Float32Array(rows);
  const { consider, tryThreshold } = best;
  return (feature, start, end, nodeWeight, nodePositive, random) => {
    const base = feature * rows;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let missing = 0;
    let missingWeight = 0;
    let missingPositive = 0;
    if (hasMissing[feature] === 1) {
      for (let i = start; i < end; i++) {
        const x = columns[base + (samples[i] ?? 0)] ?? 0;
        gathered[i] = x;
        // NaN fails both comparisons, so it must be asked for first.
        if (Number.isNaN(x)) {
          missing += 1;
          missingWeight += weight[i] ?? 0;
          missingPositive += positive[i] ?? 0;
        } else {
          if (x < low) low = x;
          if (x > high) high = x;
        }
      }
    } else {
      for (let i = start; i < end; i++) {
        const x = columns[base + (samples[i] ?? 0)] ?? 0;
        gathered[i] = x;
        if (x < low) low = x;
        if (x > high) high = x;
      }
    }
    const present = end - start - missing;
    if (present === 0) return false;
    const presentWeight = nodeWeight - missingWeight;
    const presentPositive = nodePositive - missingPositive;
    if (low === high) {
      if (missing >= minLeaf && present >= minLeaf) {
        consider(feature, ANY_PRESENT, 0, presentWeight, presentPositive, missingWeight, missingPositive);
      }
      return missing > 0;
    }
    const drawn = Math.fround(low + random.float() * (high - low));
    const threshold = drawn < high ? drawn : low;
    let left = 0;
    let weightLeft = 0;
    let positiveLeft = 0;
    for (let i = start; i < end; i++) {
      if ((gathered[i] ?? 0) <= threshold) {
        left += 1;
        weightLeft += weight[i] ?? 0;
        positiveLeft += positive[i] ?? 0;
      }
    }
    tryThreshold(
      feature,
      threshold,
      left,
      weightLeft,
      positiveLeft,
      present - left,
      presentWeight - weightLeft,
      presentPositive - positiveLeft,
      missing,
      missingWeight,
      missingPositive,
    );
    return true;
  };
};

/**
 * Tries every threshold of a feature.
 *
 *   keys[k]   rank * 2^24 + (position - start), to sort by the feature
 */
export const createBestSplitter = (
  table: TrainingColumns,
  { samples, weight, positive }: NodeRows,
  best: BestSplit,
  minLeaf: number,
): FeatureSplitter => {
  const { rows, columns } = table;
  const ranks = columnRanks(table);
  const keys = new Float64Array(rows);
  const sortKeys = createKeySorter(rows, rows - 1);
  const { consider, tryThreshold } = best;
  return (feature, start, end, nodeWeight, nodePositive) => {
    const base = feature * rows;
    let present = 0;
    let missingWeight = 0;
    let missingPositive = 0;
    for (let i = start; i < end; i++) {
      const rank = ranks[base + (samples[i] ?? 0)] ?? 0;
      if (rank < 0) {
        missingWeight += weight[i] ?? 0;
        missingPositive += positive[i] ?? 0;
      } else {
        keys[present++] = rank * 0x100_0000 + (i - start);
      }
    }
    if (present === 0) return false;
    sortKeys(keys, present);
    const missing = end - start - present;
    const presentWeight = nodeWeight - missingWeight;
    const presentPositive = nodePositive - missingPositive;
    if (missing >= minLeaf && present >= minLeaf) {
      consider(feature, ANY_PRESENT, 0, presentWeight, presentPositive, missingWeight, missingPositive);
    }
    let varies = missing > 0;
    let weightLeft = 0;
    let positiveLeft = 0;
    let rank = Math.floor((keys[0] ?? 0) / 0x100_0000);
    let position = start + ((keys[0] ?? 0) - rank * 0x100_0000);
    for (let k = 1; k < present; k++) {
      weightLeft += weight[position] ?? 0;
      positiveLeft += positive[position] ?? 0;
      const before = position;
      const key = keys[k] ?? 0;
      const nextRank = Math.floor(key / 0x100_0000);
      position = start + (key - nextRank * 0x100_0000);
      if (nextRank === rank) continue;
      rank = nextRank;
      varies = true;
      const below = columns[base + (samples[before] ?? 0)] ?? 0;
      const above = columns[base + (samples[position] ?? 0)] ?? 0;
      const middle = Math.fround(below + (above - below) / 2);
      tryThreshold(
        feature,
        // Rounding must not carry the threshold up to the next value.
        middle < above ? middle : below,
        k,
        weightLeft,
        positiveLeft,
        present - k,
        presentWeight - weightLeft,
        presentPositive - positiveLeft,
        missing,
        missingWeight,
        missingPositive,
      );
    }
    return varies;
  };
};

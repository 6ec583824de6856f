import { createRandom } from '../seeded-random.ts';

/** Rows by group: group g has `rows[starts[g]] .. rows[starts[g + 1] - 1]`. */
export interface GroupedRows {
  readonly groups: number;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Groups numbered in order of appearance; without `groups` every row is its own. */
export const groupRows = (rowCount: number, groups?: readonly string[]): GroupedRows => {
  const numbers = new Map<string, number>();
  const groupOf = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const name = groups?.[row] ?? `${row}`;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    groupOf[row] = number;
  }
  const starts = new Int32Array(numbers.size + 1);
  for (const group of groupOf) starts[group + 1] = (starts[group + 1] ?? 0) + 1;
  for (let g = 0; g < numbers.size; g++) starts[g + 1] = (starts[g + 1] ?? 0) + (starts[g] ?? 0);
  const next = starts.slice();
  const rows = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const group = groupOf[row] ?? 0;
    const at = next[group] ?? 0;
    rows[at] = row;
    next[group] = at + 1;
  }
  return { groups: numbers.size, starts, rows };
};

/**
 * Which groups a tree is grown on, each with all its rows. 'bootstrap': as many groups as there are, drawn
 * with replacement (63 % of them on average, some several times); a number: this share of the groups, drawn
 * without replacement.
 */
export type Bagging = 'bootstrap' | number;

/**
 * How often each row is in the bag of tree `tree`. A count of 0 is out of bag, and then no row of its group
 * is in. Depends on the seed and the tree only, so that a bag can be drawn again when it is needed.
 */
export const drawBag = (grouped: GroupedRows, bagging: Bagging, seed: number, tree: number): Int32Array => {
  const random = createRandom(seed, BAG_STREAM, tree);
  const counts = new Int32Array(grouped.rows.length);
  const put = (group: number): void => {
    const end = grouped.starts[group + 1] ?? 0;
    for (let at = grouped.starts[group] ?? 0; at < end; at++) {
      const row = grouped.rows[at] ?? 0;
      counts[row] = (counts[row] ?? 0) + 1;
    }
  };
  if (bagging === 'bootstrap') {
    for (let draw = 0; draw < grouped.groups; draw++) put(random.below(grouped.groups));
    return counts;
  }
  const order = Int32Array.from({ length: grouped.groups }, (_, group) => group);
  const size = Math.max(1, Math.min(grouped.groups - 1, Math.round(bagging * grouped.groups)));
  for (let k = 0; k < size; k++) {
    const other = k + random.below(grouped.groups - k);
    put(order[other] ?? 0);
    order[other] = order[k] ?? 0;
  }
  return counts;
};

/** Keeps the stream of bags apart from other uses of a forest's seed. */
const BAG_STREAM = 1;

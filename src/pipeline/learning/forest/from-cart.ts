import { fieldsOf } from '../engines/saved-model.ts';
import type { FlatForest } from './flat-forest.ts';

/**
 * The trees of an ml-random-forest classifier (its `toJSON()`) as a flat forest with the same answers for
 * float32 features. Leaves hold the tree's vote, 0 or 1, as the package itself predicts.
 */
export const fromCartTrees = (json: unknown): FlatForest => {
  // Through text: nodes and their matrices only become plain values when they are written.
  const model = fieldsOf(fieldsOf(JSON.parse(JSON.stringify(json))).baseModel);
  const trees = items(model.estimators);
  const columnsOfTrees = items(model.indexes);
  const starts = [0];
  const nodes: FlatNode[] = [];
  trees.forEach((tree, t) => {
    flatten(fieldsOf(fieldsOf(tree).root), items(columnsOfTrees[t]), nodes);
    starts.push(nodes.length);
  });
  return {
    starts: Int32Array.from(starts),
    feature: Int16Array.from(nodes, (node) => node.feature),
    threshold: Float32Array.from(nodes, (node) => node.threshold),
    left: Int32Array.from(nodes, (node) => node.left),
    missingLeft: new Uint8Array(nodes.length),
    value: Float64Array.from(nodes, (node) => node.value),
  };
};

interface FlatNode {
  feature: number;
  threshold: number;
  left: number;
  value: number;
}

type CartNode = Readonly<Record<string, unknown>>;

/** Appends a tree breadth first, so that siblings are neighbours. */
const flatten = (root: CartNode, columns: readonly unknown[], nodes: FlatNode[]): void => {
  const queue: { cart: CartNode; at: number }[] = [];
  const append = (cart: CartNode): void => {
    queue.push({ cart, at: nodes.length });
    nodes.push({ feature: -1, threshold: 0, left: 0, value: 0 });
  };
  append(root);
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { cart, at } = next;
    const node = nodes[at];
    if (!node) throw new Error('A tree of ml-random-forest lost a node while it was read.');
    if (cart.left !== undefined && cart.right !== undefined) {
      node.feature = numberOf(columns[numberOf(cart.splitColumn)]);
      node.threshold = largestFloat32Below(numberOf(cart.splitValue));
      node.left = nodes.length;
      append(fieldsOf(cart.left));
      append(fieldsOf(cart.right));
    } else {
      const [share0, share1] = items(items(cart.distribution)[0]);
      // A leaf of class 0 only has one share; on a tie the package's arg max keeps class 0.
      node.value = share1 !== undefined && numberOf(share1) > numberOf(share0) ? 1 : 0;
    }
  }
};

/** x < threshold (the package's test) is x <= this for every float32 x. */
const largestFloat32Below = (threshold: number): number => {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = threshold;
  if ((float[0] ?? 0) < threshold) return float[0] ?? 0;
  if (float[0] === 0) return -(2 ** -149);
  bits[0] = (bits[0] ?? 0) + ((float[0] ?? 0) > 0 ? -1 : 1);
  return float[0] ?? 0;
};

const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  throw new Error('A tree of ml-random-forest has a node without a number where one belongs.');
};

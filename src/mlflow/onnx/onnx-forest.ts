import { Buffer } from 'node:buffer';
import type { SavedModel } from '../../pipeline/learning/engines/classifier.ts';
import { readImputation } from '../../pipeline/learning/engines/imputation.ts';
import { fieldsOf } from '../../pipeline/learning/engines/saved-model.ts';
import { type FlatForest, treeCount } from '../../pipeline/learning/forest/flat-forest.ts';
import { loadForest } from '../../pipeline/learning/forest/save-forest.ts';
import {
  attribute,
  floatTensor,
  int64Tensor,
  model,
  node,
  type OnnxNode,
  type OnnxTensor,
  tensorType,
} from './onnx-model.ts';

/** A model as an ONNX file, or why it has no such form. */
export type OnnxOutcome =
  | { readonly kind: 'onnx'; readonly bytes: Uint8Array }
  | { readonly kind: 'no-onnx-form'; readonly reason: string };

/** Names of the file's one input, float32 [rows, features], and of its one output, float32 [rows]. */
const ONNX_INPUT = 'features';
export const ONNX_OUTPUT = 'probability';

/** Version of the saved models of each engine that is known here to be a forest, and of what kind. */
const KNOWN_VERSION = 1;

/**
 * A saved model as an ONNX file: float32 features in the model's order, NaN where missing, in; P(class 1) out.
 *
 * Our forests compare float32 features with float32 thresholds, as ONNX does, so every row ends in the same
 * leaves; only the mean of the leaves' values is rounded to float32 (below 1e-6). What our engines do to
 * a row before the trees see it is done in the file too: too large values count as missing, or medians are
 * filled in and flags added.
 *
 * @throws when the saved model is damaged
 */
export const toOnnx = (saved: SavedModel): OnnxOutcome => {
  if (saved.version !== KNOWN_VERSION) {
    return none(`no ONNX form is known for version ${saved.version} of the engine ${saved.engine}`);
  }
  const parameters = fieldsOf(saved.parameters);
  switch (saved.engine) {
    case 'random-forest':
    case 'extra-trees': {
      const columns = saved.features.length;
      return file(saved, infinityIsMissing, loadForest(parameters.forest, columns));
    }
    case 'ml-random-forest': {
      const columns = saved.features.length;
      const imputation = readImputation(parameters.imputation, columns);
      const forest = loadForest(parameters.forest, columns + imputation.flagged.length);
      return file(saved, fillIn(imputation), forest);
    }
    default:
      return none(`the engine ${saved.engine} has no ONNX form`);
  }
};

const none = (reason: string): OnnxOutcome => ({ kind: 'no-onnx-form', reason });

/** Nodes that turn the input into what the trees take, named `PREPARED`. */
interface Preparation {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
}

const PREPARED = 'prepared';

/** As `toFloat32`: what is too large for a float32 is missing. */
const infinityIsMissing: Preparation = {
  nodes: [
    node('IsInf', [ONNX_INPUT], ['too_large']),
    node('Where', ['too_large', 'missing', ONNX_INPUT], [PREPARED]),
  ],
  constants: [floatTensor('missing', [], [Number.NaN])],
};

/** As `impute`: medians where values are missing, then a flag column for each flagged one. */
const fillIn = ({ medians, flagged }: ReturnType<typeof readImputation>): Preparation => {
  const filled = flagged.length === 0 ? PREPARED : 'filled';
  const nodes = [
    node('IsNaN', [ONNX_INPUT], ['is_missing']),
    node('Where', ['is_missing', 'medians', ONNX_INPUT], [filled]),
  ];
  const constants = [floatTensor('medians', [1, medians.length], medians)];
  if (flagged.length === 0) return { nodes, constants };
  return {
    nodes: [
      ...nodes,
      node('Cast', ['is_missing'], ['missing_as_number'], [attribute.int('to', FLOAT)]),
      node('Gather', ['missing_as_number', 'flagged'], ['flags'], [attribute.int('axis', 1)]),
      node('Concat', [filled, 'flags'], [PREPARED], [attribute.int('axis', 1)]),
    ],
    constants: [...constants, int64Tensor('flagged', [flagged.length], flagged)],
  };
};

/** ONNX's number of the type float32. */
const FLOAT = 1;

const file = (saved: SavedModel, preparation: Preparation, forest: FlatForest): OnnxOutcome => ({
  kind: 'onnx',
  bytes: Buffer.concat(
    model({
      name: saved.engine,
      description:
        'P(class 1) by a forest of finkvra-bot; features float32 in the order given, NaN where missing',
      nodes: [
        ...preparation.nodes,
        treeEnsemble(forest),
        node('Gather', ['scores', 'class_1'], ['sum'], [attribute.int('axis', 1)]),
        node('Div', ['sum', 'trees'], [ONNX_OUTPUT]),
      ],
      constants: [
        ...preparation.constants,
        int64Tensor('class_1', [], [1]),
        floatTensor('trees', [], [treeCount(forest)]),
      ],
      input: tensorType(ONNX_INPUT, FLOAT, ['rows', saved.features.length]),
      output: tensorType(ONNX_OUTPUT, FLOAT, ['rows']),
      metadata: { engine: saved.engine, features: JSON.stringify(saved.features) },
    }),
  ),
});

/**
 * The forest as ai.onnx.ml's TreeEnsembleClassifier (version 3): a row goes to the true branch when its
 * feature is <= the node's value, or is NaN and the node tracks missing values there. Each leaf adds its
 * shares of both classes to the scores, undivided: sums of 0 and 1 stay exact in float32.
 */
const treeEnsemble = (forest: FlatForest): OnnxNode => {
  const { starts, feature, threshold, left, missingLeft, value } = forest;
  const nodes = feature.length;
  const treeIds = new Int32Array(nodes);
  const nodeIds = new Int32Array(nodes);
  const featureIds = new Int32Array(nodes);
  const trueIds = new Int32Array(nodes);
  const falseIds = new Int32Array(nodes);
  const isLeaf = new Uint8Array(nodes);
  // Two entries for each leaf, one a class; there are fewer leaves than nodes.
  const leafTrees = new Int32Array(2 * nodes);
  const leafNodes = new Int32Array(2 * nodes);
  const leafClasses = new Uint8Array(2 * nodes);
  const leafWeights = new Float64Array(2 * nodes);
  let entries = 0;
  const addLeaf = (tree: number, leaf: number, label: number, weight: number): void => {
    leafTrees[entries] = tree;
    leafNodes[entries] = leaf;
    leafClasses[entries] = label;
    leafWeights[entries] = weight;
    entries += 1;
  };
  for (let tree = 0; tree < treeCount(forest); tree++) {
    const root = starts[tree] ?? 0;
    const end = starts[tree + 1] ?? 0;
    for (let at = root; at < end; at++) {
      treeIds[at] = tree;
      nodeIds[at] = at - root;
      const column = feature[at] ?? -1;
      if (column >= 0) {
        featureIds[at] = column;
        trueIds[at] = (left[at] ?? 0) - root;
        falseIds[at] = (left[at] ?? 0) - root + 1;
      } else {
        isLeaf[at] = 1;
        addLeaf(tree, at - root, 0, 1 - (value[at] ?? 0));
        addLeaf(tree, at - root, 1, value[at] ?? 0);
      }
    }
  }
  return node(
    'TreeEnsembleClassifier',
    [PREPARED],
    ['label', 'scores'],
    [
      attribute.ints('nodes_treeids', treeIds),
      attribute.ints('nodes_nodeids', nodeIds),
      attribute.ints('nodes_featureids', featureIds),
      attribute.texts('nodes_modes', ['BRANCH_LEQ', 'LEAF'], isLeaf),
      attribute.floats('nodes_values', threshold),
      attribute.ints('nodes_truenodeids', trueIds),
      attribute.ints('nodes_falsenodeids', falseIds),
      attribute.ints('nodes_missing_value_tracks_true', missingLeft),
      attribute.ints('class_treeids', leafTrees.subarray(0, entries)),
      attribute.ints('class_nodeids', leafNodes.subarray(0, entries)),
      attribute.ints('class_ids', leafClasses.subarray(0, entries)),
      attribute.floats('class_weights', leafWeights.subarray(0, entries)),
      attribute.ints('classlabels_int64s', [0, 1]),
      attribute.text('post_transform', 'NONE'),
    ],
    'ai.onnx.ml',
  );
};

import { damagedModel, fieldsOf } from '../engines/saved-model.ts';
import type { FlatForest } from './flat-forest.ts';

/** A forest as JSON: little-endian typed arrays in base64, so that every bit comes back. */
export interface SavedForest {
  readonly starts: string;
  readonly feature: string;
  readonly threshold: string;
  readonly left: string;
  readonly missingLeft: string;
  readonly value: string;
}

const encode = (array: ArrayBufferView): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

export const saveForest = (forest: FlatForest): SavedForest => ({
  starts: encode(forest.starts),
  feature: encode(forest.feature),
  threshold: encode(forest.threshold),
  left: encode(forest.left),
  missingLeft: encode(forest.missingLeft),
  value: encode(forest.value),
});

/** Reads `saveForest` back. Throws when it is damaged: what comes from a store or a file is not trusted. */
export const loadForest = (saved: unknown, columns: number): FlatForest => {
  const bytes = (name: keyof SavedForest): ArrayBuffer => {
    const text = fieldsOf(saved)[name];
    if (typeof text !== 'string') throw damagedModel(`it has no ${name}`);
    // A copy: the buffer that Buffer hands out is shared and not aligned.
    return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
  };
  const typed = <T>(name: keyof SavedForest, width: number, make: (buffer: ArrayBuffer) => T): T => {
    const buffer = bytes(name);
    if (buffer.byteLength % width !== 0) throw damagedModel(`${name} is cut off`);
    return make(buffer);
  };
  const forest: FlatForest = {
    starts: typed('starts', 4, (b) => new Int32Array(b)),
    feature: typed('feature', 2, (b) => new Int16Array(b)),
    threshold: typed('threshold', 4, (b) => new Float32Array(b)),
    left: typed('left', 4, (b) => new Int32Array(b)),
    missingLeft: typed('missingLeft', 1, (b) => new Uint8Array(b)),
    value: typed('value', 8, (b) => new Float64Array(b)),
  };
  assertSound(forest, columns);
  return forest;
};

/** Every walk must end in a leaf: children lie behind their parent and inside their tree. */
const assertSound = (forest: FlatForest, columns: number): void => {
  const { starts, feature, left } = forest;
  const nodes = feature.length;
  if (starts.length < 2 || starts[0] !== 0 || starts.at(-1) !== nodes)
    throw damagedModel('its trees do not add up');
  for (const array of [forest.threshold, left, forest.missingLeft, forest.value]) {
    if (array.length !== nodes) throw damagedModel('its arrays differ in length');
  }
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    const from = starts[tree] ?? 0;
    const to = starts[tree + 1] ?? 0;
    if (to <= from) throw damagedModel(`tree ${tree} is empty`);
    for (let node = from; node < to; node++) {
      const column = feature[node] ?? -1;
      if (column >= columns || column < -1)
        throw damagedModel(`node ${node} splits on feature ${column} of ${columns}`);
      const child = left[node] ?? 0;
      if (column >= 0 && (child <= node || child + 1 >= to))
        throw damagedModel(`node ${node} has no children`);
    }
  }
};

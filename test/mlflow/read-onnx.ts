/**
 * A reader of the ONNX files that this project writes, made from onnx.proto and the operators' definitions and
 * not from the writer: what it computes has to agree with our own predictions.
 */

type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

const readFields = (bytes: Uint8Array): Fields => {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key % 8;
    if (kind !== 0 && kind !== 2) throw new Error(`wire type ${kind} is not used here`);
    const value = varint();
    const list = fields.get(Math.floor(key / 8)) ?? [];
    fields.set(Math.floor(key / 8), list);
    if (kind === 0) list.push(value);
    else {
      if (at + value > bytes.length) throw new Error('a field is longer than its message');
      list.push(bytes.subarray(at, at + value));
      at += value;
    }
  }
  return fields;
};

const bytesOf = (fields: Fields, field: number): Uint8Array[] =>
  (fields.get(field) ?? []).filter((value) => value instanceof Uint8Array);
const textsOf = (fields: Fields, field: number): string[] =>
  bytesOf(fields, field).map((bytes) => new TextDecoder().decode(bytes));
const textOf = (fields: Fields, field: number): string => textsOf(fields, field)[0] ?? '';
const numberOf = (fields: Fields, field: number): number => {
  const value = fields.get(field)?.[0];
  return typeof value === 'number' ? value : 0;
};
const floatsOf = (bytes: Uint8Array | undefined): number[] => {
  if (bytes === undefined) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
};
const intsOf = (bytes: Uint8Array | undefined): number[] => {
  const values: number[] = [];
  for (let at = 0, value = 0, scale = 1; at < (bytes?.length ?? 0); at++) {
    const byte = bytes?.[at] ?? 0;
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) {
      values.push(value);
      [value, scale] = [0, 1];
    }
  }
  return values;
};

interface Attribute {
  readonly int: number;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly texts: readonly string[];
}

export interface ReadNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ReadOnnx {
  readonly irVersion: number;
  readonly operators: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly ReadNode[];
  readonly constants: Readonly<Record<string, readonly number[]>>;
}

export const readOnnx = (bytes: Uint8Array): ReadOnnx => {
  const model = readFields(bytes);
  const graph = readFields(bytesOf(model, 7)[0] ?? new Uint8Array());
  const pairs = (field: number): Fields[] => bytesOf(model, field).map(readFields);
  return {
    irVersion: numberOf(model, 1),
    operators: Object.fromEntries(pairs(8).map((fields) => [textOf(fields, 1), numberOf(fields, 2)])),
    metadata: Object.fromEntries(pairs(14).map((fields) => [textOf(fields, 1), textOf(fields, 2)])),
    nodes: bytesOf(graph, 1)
      .map(readFields)
      .map((node) => ({
        operator: textOf(node, 4),
        domain: textOf(node, 7),
        inputs: textsOf(node, 1),
        outputs: textsOf(node, 2),
        attributes: Object.fromEntries(
          bytesOf(node, 5)
            .map(readFields)
            .map((attribute) => [
              textOf(attribute, 1),
              {
                int: numberOf(attribute, 3),
                floats: floatsOf(bytesOf(attribute, 7)[0]),
                ints: intsOf(bytesOf(attribute, 8)[0]),
                texts: textsOf(attribute, 9),
              },
            ]),
        ),
      })),
    constants: Object.fromEntries(
      bytesOf(graph, 5)
        .map(readFields)
        .map((tensor) => [
          textOf(tensor, 8),
          numberOf(tensor, 2) === 1 ? floatsOf(bytesOf(tensor, 9)[0]) : intsOf(bytesOf(tensor, 7)[0]),
        ]),
    ),
  };
};

/** The output `probability` for one row of features: every operator as ONNX defines it, in float32. */
export const evaluateOnnx = ({ nodes, constants }: ReadOnnx, features: readonly number[]): number => {
  const values = new Map<string, readonly number[]>(Object.entries(constants));
  values.set('features', features.map(Math.fround));
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${node.operator} takes ${name} before it is made`);
      return value;
    });
    const [output = ''] = node.outputs.slice(-1);
    values.set(output, evaluateNode(node, inputs));
  }
  return values.get('probability')?.[0] ?? Number.NaN;
};

const evaluateNode = (node: ReadNode, inputs: readonly (readonly number[])[]): number[] => {
  const [a = [], b = [], c = []] = inputs;
  switch (node.operator) {
    case 'IsInf':
      return a.map((x) => (Math.abs(x) === Number.POSITIVE_INFINITY ? 1 : 0));
    case 'IsNaN':
      return a.map((x) => (Number.isNaN(x) ? 1 : 0));
    case 'Where':
      return a.map((condition, i) => (condition ? (b[i % b.length] ?? 0) : (c[i] ?? 0)));
    case 'Cast':
      return [...a];
    case 'Gather':
      return b.map((index) => a[index] ?? Number.NaN);
    case 'Div':
      return a.map((x) => Math.fround(x / (b[0] ?? Number.NaN)));
    case 'Concat':
      return inputs.flat();
    case 'TreeEnsembleClassifier':
      return treeEnsemble(node.attributes, a);
    default:
      throw new Error(`${node.operator} is not known here`);
  }
};

const treeEnsemble = (attributes: ReadNode['attributes'], x: readonly number[]): number[] => {
  const ints = (name: string): readonly number[] => attributes[name]?.ints ?? [];
  const at = new Map(ints('nodes_treeids').map((tree, i) => [`${tree}/${ints('nodes_nodeids')[i]}`, i]));
  const scores = ints('classlabels_int64s').map(() => 0);
  const leaves = new Set<string>();
  for (const tree of new Set(ints('nodes_treeids'))) {
    let node = 0;
    for (;;) {
      const i = at.get(`${tree}/${node}`) ?? -1;
      const mode = attributes.nodes_modes?.texts[i];
      if (mode === 'LEAF') break;
      if (mode !== 'BRANCH_LEQ') throw new Error(`node ${tree}/${node} has the mode ${mode}`);
      const value = x[ints('nodes_featureids')[i] ?? 0] ?? Number.NaN;
      const isTrue = Number.isNaN(value)
        ? ints('nodes_missing_value_tracks_true')[i] === 1
        : value <= (attributes.nodes_values?.floats[i] ?? 0);
      node = ints(isTrue ? 'nodes_truenodeids' : 'nodes_falsenodeids')[i] ?? 0;
    }
    leaves.add(`${tree}/${node}`);
  }
  ints('class_treeids').forEach((tree, i) => {
    if (!leaves.has(`${tree}/${ints('class_nodeids')[i]}`)) return;
    const label = ints('class_ids')[i] ?? 0;
    scores[label] = Math.fround((scores[label] ?? 0) + (attributes.class_weights?.floats[i] ?? 0));
  });
  return scores;
};

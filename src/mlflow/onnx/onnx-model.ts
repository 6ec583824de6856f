import {
  bytesField,
  type Field,
  floatBytes,
  floatsField,
  intField,
  intsField,
  messageField,
  textField,
  textsField,
} from './protobuf.ts';

/** The messages of an ONNX file; the numbers are the field numbers of onnx.proto (github.com/onnx/onnx). */

export type OnnxNode = readonly Field[];
export type OnnxTensor = readonly Field[];
export type OnnxAttribute = readonly Field[];
export type OnnxValueInfo = readonly Field[];

/** The file format, and the operators' versions: what ONNX 1.12 of 2022 and everything later reads. */
const IR_VERSION = 8;
const OPERATORS = [
  { domain: '', version: 17 },
  { domain: 'ai.onnx.ml', version: 3 },
];

/** Kinds of attributes and types of tensor elements. */
const KIND = { int: 2, text: 3, floats: 6, ints: 7, texts: 8 } as const;
const ELEMENT = { float32: 1, int64: 7 } as const;

const named = (name: string, kind: number, value: Field): OnnxAttribute => [
  textField(1, name),
  value,
  intField(20, kind),
];

export const attribute = {
  int: (name: string, value: number): OnnxAttribute => named(name, KIND.int, intField(3, value)),
  text: (name: string, text: string): OnnxAttribute => named(name, KIND.text, textField(4, text)),
  floats: (name: string, values: ArrayLike<number>): OnnxAttribute =>
    named(name, KIND.floats, floatsField(7, values)),
  ints: (name: string, values: ArrayLike<number>): OnnxAttribute =>
    named(name, KIND.ints, intsField(8, values)),
  /** A list out of few different texts, by their numbers. */
  texts: (name: string, choices: readonly string[], chosen: ArrayLike<number>): OnnxAttribute =>
    named(name, KIND.texts, textsField(9, choices, chosen)),
} as const;

export const node = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly OnnxAttribute[] = [],
  domain = '',
): OnnxNode => [
  ...inputs.map((name) => textField(1, name)),
  ...outputs.map((name) => textField(2, name)),
  textField(3, `${operator}_${outputs.join('_')}`),
  textField(4, operator),
  ...attributes.map((fields) => messageField(5, fields)),
  textField(7, domain),
];

/** A constant; no dimensions make a scalar. */
export const floatTensor = (
  name: string,
  dimensions: readonly number[],
  values: readonly number[],
): OnnxTensor => [
  intsField(1, dimensions),
  intField(2, ELEMENT.float32),
  textField(8, name),
  bytesField(9, floatBytes(values)),
];

export const int64Tensor = (
  name: string,
  dimensions: readonly number[],
  values: readonly number[],
): OnnxTensor => [
  intsField(1, dimensions),
  intField(2, ELEMENT.int64),
  intsField(7, values),
  textField(8, name),
];

/** An input or output; a dimension is a number, or a name when it is open. */
export const tensorType = (
  name: string,
  element: number,
  dimensions: readonly (number | string)[],
): OnnxValueInfo => {
  const shape = dimensions.map((size) =>
    messageField(1, [typeof size === 'number' ? intField(1, size) : textField(2, size)]),
  );
  return [
    textField(1, name),
    messageField(2, [messageField(1, [intField(1, element), messageField(2, shape)])]),
  ];
};

export interface OnnxModel {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly input: OnnxValueInfo;
  readonly output: OnnxValueInfo;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A whole file: its fields, to be put one after another. */
export const model = ({
  name,
  description,
  nodes,
  constants,
  input,
  output,
  metadata,
}: OnnxModel): Field[] => [
  intField(1, IR_VERSION),
  textField(2, 'finkvra-bot'),
  textField(6, description),
  messageField(7, [
    ...nodes.map((fields) => messageField(1, fields)),
    textField(2, name),
    ...constants.map((fields) => messageField(5, fields)),
    messageField(11, input),
    messageField(12, output),
  ]),
  ...OPERATORS.map(({ domain, version }) => messageField(8, [textField(1, domain), intField(2, version)])),
  ...Object.entries(metadata).map(([key, value]) =>
    messageField(14, [textField(1, key), textField(2, value)]),
  ),
];

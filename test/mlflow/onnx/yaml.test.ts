import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { toYaml, type YamlMap } from '../../../src/mlflow/onnx/yaml.ts';

const tricky: YamlMap = {
  plain: 'mlflow.onnx',
  path: 'a/b-c_d.txt',
  looksLike: { aNumber: '3.11', aDate: '2026-11-22', aBoolean: 'no', nothing: 'null', empty: '', tilde: '~' },
  signs: ['- dash', 'a: b', '#c', "it's", '"quoted"', '*x', '{a}', 'trailing ', 'ends:', 'two\nlines', 'ü β'],
  numbers: [0, -1, 1.5, 12345678901],
  none: null,
  yes: true,
  emptyList: [],
  emptyMap: {},
  nested: [['a', ['b']], { c: { d: [{ e: 'f' }] } }],
  'key: with sign': 'x',
  json: '[{"type": "double", "name": "ra"}]',
};

test.each(['1.1', '1.2'] as const)('a reader of YAML %s gets back what was written', (version) => {
  expect(parse(toYaml(tricky), { version })).toEqual(tricky);
});

test('what people read is in block style', () => {
  expect(
    toYaml({ flavors: { onnx: { data: 'model.onnx', providers: ['CPUExecutionProvider'] } }, code: null }),
  ).toBe(
    'flavors:\n  onnx:\n    data: model.onnx\n    providers:\n      - CPUExecutionProvider\ncode: null\n',
  );
});

export type YamlValue = string | number | boolean | null | YamlList | YamlMap;
export type YamlList = readonly YamlValue[];
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

/** Texts that YAML 1.1 reads as text without quotes: begin with a letter, no sign with a meaning, no keyword. */
const isPlain = (text: string): boolean =>
  /^[A-Za-z][\w./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text);

// Every JSON text is a YAML 1.2 text, and what JSON.stringify makes of a string is read alike by YAML 1.1.
const scalar = (value: string | number | boolean | null): string =>
  typeof value === 'string' && isPlain(value) ? value : JSON.stringify(value);

const isScalar = (value: YamlValue): value is string | number | boolean | null =>
  value === null || typeof value !== 'object';

const isList = (value: YamlList | YamlMap): value is YamlList => Array.isArray(value);

const lines = (value: YamlList | YamlMap, indent: string): string[] =>
  isList(value)
    ? value.flatMap((item) => entry(`${indent}-`, item, `${indent}  `))
    : Object.entries(value).flatMap(([key, item]) => entry(`${indent}${scalar(key)}:`, item, `${indent}  `));

const entry = (head: string, value: YamlValue, indent: string): string[] => {
  if (isScalar(value)) return [`${head} ${scalar(value)}`];
  const inner = lines(value, indent);
  return inner.length === 0 ? [`${head} ${isList(value) ? '[]' : '{}'}`] : [head, ...inner];
};

/** A YAML document in block style that YAML 1.1 and 1.2 readers read alike. */
export const toYaml = (document: YamlMap): string => `${lines(document, '').join('\n')}\n`;

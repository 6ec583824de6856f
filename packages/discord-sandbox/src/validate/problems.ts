import { isObject, type JsonObject } from 'sandbox-kit/json';

/** The place of a value in a request: keys and indexes. */
export type Path = readonly (string | number)[];

/** A problem of a form, with Discord's code and message. */
export interface Problem {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
}

export const problem = (path: Path, code: string, message: string): Problem => ({ path, code, message });

export const required = (path: Path): Problem =>
  problem(path, 'BASE_TYPE_REQUIRED', 'This field is required');

const lengthProblem = (path: Path, min: number, max: number): Problem =>
  min === 0
    ? problem(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
    : problem(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);

/** Checks a text's length in UTF-16 units: Discord does not say how it counts, and no other way counts more. */
export const checkText = (
  value: unknown,
  path: Path,
  {
    min = 0,
    max,
    needed = false,
  }: { readonly min?: number; readonly max: number; readonly needed?: boolean },
): Problem[] => {
  if (value === undefined || value === null) return needed ? [required(path)] : [];
  if (typeof value !== 'string')
    return [problem(path, 'STRING_TYPE_CONVERT', `Could not interpret "${String(value)}" as string.`)];
  if (value.length === 0 && min > 0) return [required(path)];
  return value.length < min || value.length > max ? [lengthProblem(path, min, max)] : [];
};

/** Checks a whole number's range. */
export const checkInteger = (
  value: unknown,
  path: Path,
  { min, max, needed = false }: { readonly min: number; readonly max: number; readonly needed?: boolean },
): Problem[] => {
  if (value === undefined || value === null) return needed ? [required(path)] : [];
  if (typeof value !== 'number' || !Number.isInteger(value))
    return [problem(path, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not int.`)];
  if (value < min)
    return [problem(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`)];
  return value > max
    ? [problem(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`)]
    : [];
};

export const checkBoolean = (value: unknown, path: Path): Problem[] =>
  value === undefined || value === null || typeof value === 'boolean'
    ? []
    : [problem(path, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.')];

export const checkOneOf = (value: unknown, path: Path, choices: readonly (string | number)[]): Problem[] =>
  choices.some((choice) => choice === value)
    ? []
    : [problem(path, 'BASE_TYPE_CHOICES', `Value must be one of {${choices.join(', ')}}.`)];

/** Checks that something is a list of objects of an allowed length, and checks each item. */
export const checkList = (
  value: unknown,
  path: Path,
  {
    min = 0,
    max,
    needed = false,
  }: { readonly min?: number; readonly max: number; readonly needed?: boolean },
  each: (item: JsonObject, path: Path) => Problem[] = () => [],
): Problem[] => {
  if (value === undefined || value === null) return needed ? [required(path)] : [];
  if (!Array.isArray(value))
    return [problem(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType')];
  const length = value.length < min || value.length > max ? [lengthProblem(path, min, max)] : [];
  return [
    ...length,
    ...value.flatMap((item: unknown, index) =>
      isObject(item)
        ? each(item, [...path, index])
        : [problem([...path, index], 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType')],
    ),
  ];
};

/** Checks an address: http, https or one of these schemes. */
export const checkUrl = (value: unknown, path: Path, more: readonly string[] = []): Problem[] => {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string' || !URL.canParse(value))
    return [problem(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.')];
  if (value.length > 2_048) return [lengthProblem(path, 0, 2_048)];
  const scheme = new URL(value).protocol.slice(0, -1);
  const allowed = ['http', 'https', ...more];
  return allowed.includes(scheme)
    ? []
    : [
        problem(
          path,
          'URL_TYPE_INVALID_SCHEME',
          `Scheme "${scheme}" must be one of (${allowed.map((one) => `'${one}'`).join(', ')}).`,
        ),
      ];
};

/** The nested `errors` of a 50035 answer: `{ embeds: { 0: { title: { _errors: [...] } } } }`. */
export const nestedErrors = (problems: readonly Problem[]): JsonObject => {
  const root: JsonObject = {};
  for (const { path, code, message } of problems) {
    let at = root;
    for (const key of path) {
      const next = at[key];
      const inside: JsonObject = isObject(next) ? next : {};
      at[key] = inside;
      at = inside;
    }
    const known: unknown[] = Array.isArray(at._errors) ? at._errors : [];
    at._errors = [...known, { code, message }];
  }
  return root;
};

import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  checkBoolean,
  checkInteger,
  checkList,
  checkText,
  type Path,
  type Problem,
  problem,
} from './problems.ts';

/** Menus of texts (3), people (5), roles (6), either (7) and channels (8). */
const SELECT_TYPES: readonly unknown[] = [3, 5, 6, 7, 8];

export const isSelect = (component: JsonObject): boolean => SELECT_TYPES.includes(component.type);

/** Problems of a menu. */
export const checkSelect = (select: JsonObject, path: Path): Problem[] => {
  const numbers = [
    ...checkInteger(select.min_values, [...path, 'min_values'], { min: 0, max: limits.selectOptions }),
    ...checkInteger(select.max_values, [...path, 'max_values'], { min: 1, max: limits.selectOptions }),
  ];
  return [
    ...checkText(select.custom_id, [...path, 'custom_id'], { min: 1, max: limits.customId, needed: true }),
    ...checkText(select.placeholder, [...path, 'placeholder'], { max: limits.selectPlaceholder }),
    ...checkBoolean(select.disabled, [...path, 'disabled']),
    ...numbers,
    ...(numbers.length === 0 ? checkCounts(select, path) : []),
    ...(select.type === 3 ? checkOptions(select, path) : []),
  ];
};

const { selectOptions, optionText } = limits;

const checkOptions = (select: JsonObject, path: Path): Problem[] => {
  const values = new Set<unknown>();
  return checkList(
    select.options,
    [...path, 'options'],
    { min: 1, max: selectOptions, needed: true },
    (option, at) => {
      const again = values.has(option.value);
      values.add(option.value);
      return [
        ...checkText(option.label, [...at, 'label'], { min: 1, max: optionText, needed: true }),
        ...checkText(option.value, [...at, 'value'], { min: 1, max: optionText, needed: true }),
        ...checkText(option.description, [...at, 'description'], { max: optionText }),
        ...checkBoolean(option.default, [...at, 'default']),
        ...(again
          ? [
              problem(
                [...at, 'value'],
                'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
                'The specified option value is already used',
              ),
            ]
          : []),
      ];
    },
  );
};

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** How many values can be chosen: min is not above max, and max not above the number of options. */
const checkCounts = (select: JsonObject, path: Path): Problem[] => {
  const min = numberOr(select.min_values, 1);
  const max = numberOr(select.max_values, 1);
  const options = objectsOf(select.options);
  const chosen = options.filter((option) => option.default === true).length;
  const wrong = (key: string, words: string): Problem[] => [
    problem([...path, key], 'BASE_TYPE_BAD_LENGTH', words),
  ];
  if (min > max) return wrong('min_values', `min_values must be ${max} or less, as max_values.`);
  if (select.type !== 3) return [];
  if (max > options.length) return wrong('options', `Must be between ${max} and ${selectOptions} in length.`);
  return chosen > max ? wrong('options', `At most ${max} options may be the default.`) : [];
};

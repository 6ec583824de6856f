import { isObject, type JsonObject } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  checkBoolean,
  checkInteger,
  checkList,
  checkOneOf,
  checkText,
  type Path,
  type Problem,
  problem,
  required,
} from './problems.ts';
import { checkUniqueIds, componentType } from './validate-components.ts';
import { checkSelect, isSelect } from './validate-selects.ts';

/** Problems of a modal: text inputs in rows, or inputs and menus in labels. */
export const checkModal = (modal: JsonObject, path: Path): Problem[] => {
  const inside = [...path, 'components'];
  return [
    ...checkText(modal.title, [...path, 'title'], { min: 1, max: limits.modalTitle, needed: true }),
    ...checkText(modal.custom_id, [...path, 'custom_id'], { min: 1, max: limits.customId, needed: true }),
    ...checkList(modal.components, inside, { min: 1, max: limits.modalComponents, needed: true }, checkPart),
    ...checkUniqueIds(modal.components, inside),
  ];
};

const checkPart = (part: JsonObject, path: Path): Problem[] => {
  switch (part.type) {
    case componentType.row:
      return checkList(
        part.components,
        [...path, 'components'],
        { min: 1, max: 1, needed: true },
        (input, at) =>
          input.type === componentType.textInput
            ? [
                ...checkText(input.label, [...at, 'label'], { min: 1, max: limits.labelText, needed: true }),
                ...checkTextInput(input, at),
              ]
            : [problem([...at, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (4,).')],
      );
    case componentType.label:
      return [
        ...checkText(part.label, [...path, 'label'], { min: 1, max: limits.labelText, needed: true }),
        ...checkText(part.description, [...path, 'description'], { max: limits.labelDescription }),
        ...checkLabelled(part.component, [...path, 'component']),
      ];
    case componentType.text:
      return checkText(part.content, [...path, 'content'], { min: 1, max: 4_000, needed: true });
    default:
      return [
        problem([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1, 10, 18).'),
      ];
  }
};

const checkLabelled = (component: unknown, path: Path): Problem[] => {
  if (!isObject(component)) return [required(path)];
  if (isSelect(component))
    return [...checkSelect(component, path), ...checkBoolean(component.required, [...path, 'required'])];
  if (component.type !== componentType.textInput)
    return [
      problem(
        [...path, 'type'],
        'UNION_TYPE_CHOICES',
        'Value of field "type" must be one of (3, 4, 5, 6, 7, 8).',
      ),
    ];
  const named =
    component.label === undefined || component.label === null
      ? []
      : [problem([...path, 'label'], 'BASE_TYPE_UNKNOWN', 'A text input in a label has no label of its own')];
  return [...checkTextInput(component, path), ...named];
};

const checkTextInput = (input: JsonObject, path: Path): Problem[] => [
  ...checkText(input.custom_id, [...path, 'custom_id'], { min: 1, max: limits.customId, needed: true }),
  ...checkOneOf(input.style, [...path, 'style'], [1, 2]),
  ...checkInteger(input.min_length, [...path, 'min_length'], { min: 0, max: limits.inputValue }),
  ...checkInteger(input.max_length, [...path, 'max_length'], { min: 1, max: limits.inputValue }),
  ...checkText(input.value, [...path, 'value'], { max: limits.inputValue }),
  ...checkText(input.placeholder, [...path, 'placeholder'], { max: limits.inputPlaceholder }),
  ...checkBoolean(input.required, [...path, 'required']),
];

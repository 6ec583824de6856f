import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  checkBoolean,
  checkList,
  checkOneOf,
  checkText,
  checkUrl,
  type Path,
  type Problem,
  problem,
  required,
} from './problems.ts';
import { checkSelect, isSelect } from './validate-selects.ts';

/** Component types by number. */
export const componentType = {
  row: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  text: 10,
  label: 18,
} as const;

const LINK_STYLE = 5;

/** Problems of a message's rows of buttons and menus. */
export const checkComponents = (value: unknown, path: Path): Problem[] => [
  ...checkList(value, path, { max: limits.rows }, checkRow),
  ...checkUniqueIds(value, path),
];

const checkRow = (row: JsonObject, path: Path): Problem[] => {
  if (row.type !== componentType.row)
    return [problem([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).')];
  const inside = [...path, 'components'];
  const parts = objectsOf(row.components);
  const tooWide =
    parts.some(isSelect) && parts.length > 1
      ? [
          problem(
            inside,
            'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
            'The specified component exceeds the maximum width',
          ),
        ]
      : [];
  return [
    ...checkList(row.components, inside, { min: 1, max: limits.buttonsInRow, needed: true }, checkElement),
    ...tooWide,
  ];
};

const checkElement = (element: JsonObject, path: Path): Problem[] => {
  if (element.type === componentType.button) return checkButton(element, path);
  if (isSelect(element)) return checkSelect(element, path);
  return [
    problem(
      [...path, 'type'],
      'UNION_TYPE_CHOICES',
      'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).',
    ),
  ];
};

const checkButton = (button: JsonObject, path: Path): Problem[] => {
  const link = button.style === LINK_STYLE;
  const nameless = !button.label && !isObject(button.emoji);
  return [
    ...checkOneOf(button.style, [...path, 'style'], [1, 2, 3, 4, 5]),
    ...checkText(button.label, [...path, 'label'], { max: limits.buttonLabel }),
    ...(nameless
      ? [
          problem(
            [...path, 'label'],
            'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED',
            'A button must have a label or an emoji',
          ),
        ]
      : []),
    ...checkEmoji(button.emoji, [...path, 'emoji']),
    ...checkBoolean(button.disabled, [...path, 'disabled']),
    ...(link ? checkLink(button, path) : checkCustomId(button, path)),
    ...(!link && button.url !== undefined
      ? [
          problem(
            [...path, 'url'],
            'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
            'A url and custom id cannot both be specified',
          ),
        ]
      : []),
  ];
};

const checkLink = (button: JsonObject, path: Path): Problem[] => [
  ...(button.url === undefined
    ? [required([...path, 'url'])]
    : checkUrl(button.url, [...path, 'url'], ['discord'])),
  ...checkText(button.url, [...path, 'url'], { max: limits.buttonUrl }),
  ...(button.custom_id === undefined
    ? []
    : [
        problem(
          [...path, 'custom_id'],
          'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
          'A url and custom id cannot both be specified',
        ),
      ]),
];

/** Unicode emoji by their character, others by an id. */
const checkEmoji = (emoji: unknown, path: Path): Problem[] => {
  if (emoji === undefined || emoji === null) return [];
  if (isObject(emoji) && typeof emoji.id === 'string') return [];
  const name = isObject(emoji) ? emoji.name : undefined;
  return typeof name === 'string' && /^\p{RGI_Emoji}$/v.test(name)
    ? []
    : [problem([...path, 'name'], 'BUTTON_COMPONENT_INVALID_EMOJI', 'Invalid emoji')];
};

const checkCustomId = (component: JsonObject, path: Path): Problem[] =>
  checkText(component.custom_id, [...path, 'custom_id'], { min: 1, max: limits.customId, needed: true });

/** Components of one message or modal must not share a custom_id. */
export const checkUniqueIds = (value: unknown, path: Path): Problem[] => {
  const seen = new Set<string>();
  return placedComponents(value, path).flatMap(({ component, at }) => {
    const id = component.custom_id;
    if (typeof id !== 'string') return [];
    if (seen.has(id))
      return [
        problem(
          [...at, 'custom_id'],
          'COMPONENT_CUSTOM_ID_DUPLICATED',
          'Component custom id cannot be duplicated',
        ),
      ];
    seen.add(id);
    return [];
  });
};

interface Placed {
  readonly component: JsonObject;
  readonly at: Path;
}

const placedComponents = (value: unknown, path: Path): Placed[] =>
  objectsOf(value).flatMap((component, index) => {
    const at = [...path, index];
    return [
      { component, at },
      ...placedComponents(component.components, [...at, 'components']),
      ...(isObject(component.component)
        ? [{ component: component.component, at: [...at, 'component'] }]
        : []),
    ];
  });

/** Every component of a message or modal, rows and labels included, in order. */
export const flatComponents = (value: unknown): JsonObject[] =>
  placedComponents(value, []).map(({ component }) => component);

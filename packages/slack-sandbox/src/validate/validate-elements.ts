import { isObject, type JsonObject } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import { checkArray, checkString, checkText, eachObject, type Findings } from './problems.ts';

/** The kind of an element's block: decides the allowed types. */
export type ElementPlace = 'actions' | 'accessory' | 'input' | 'context_actions';

const singleSelects = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
];
const selects = [...singleSelects, ...singleSelects.map((type) => `multi_${type}`)];
const CHOICES = ['checkboxes', 'radio_buttons'];
const PICKERS = ['datepicker', 'timepicker', 'datetimepicker'];

const allowedTypes: Record<ElementPlace, readonly string[]> = {
  actions: ['button', 'overflow', 'workflow_button', 'rich_text_input', ...selects, ...CHOICES, ...PICKERS],
  accessory: ['button', 'overflow', 'image', 'workflow_button', ...selects, ...CHOICES, ...PICKERS],
  input: [
    'plain_text_input',
    'email_text_input',
    'url_text_input',
    'number_input',
    'file_input',
    'rich_text_input',
    ...selects,
    ...CHOICES,
    ...PICKERS,
  ],
  context_actions: ['feedback_buttons', 'icon_button'],
};

/** Checks an interactive element (or an image accessory) and adds its action_id to `seen`. */
export const checkElement = (
  found: Findings,
  element: JsonObject,
  pointer: string,
  place: ElementPlace,
  seen: Set<string>,
): void => {
  const type = element.type;
  if (typeof type !== 'string' || !allowedTypes[place].includes(type)) {
    found.report(`${pointer}/type`, `unsupported type: ${String(type)}`);
    return;
  }
  if (type === 'image') {
    checkImageSource(found, element, pointer);
    return;
  }
  checkString(found, element.action_id, `${pointer}/action_id`, {
    max: limits.actionId,
    min: 1,
    optional: true,
  });
  if (typeof element.action_id === 'string') {
    if (seen.has(element.action_id))
      found.report(`${pointer}/action_id`, `\`action_id\` "${element.action_id}" already exists`);
    seen.add(element.action_id);
  }
  checkConfirm(found, element.confirm, `${pointer}/confirm`);
  checkText(found, element.placeholder, `${pointer}/placeholder`, {
    max: limits.placeholder,
    plain: true,
    optional: true,
  });
  if (type === 'button' || type === 'workflow_button') checkButton(found, element, pointer);
  else if (type === 'overflow')
    checkOptions(found, element.options, `${pointer}/options`, limits.overflowOptions, 'plain');
  else if (CHOICES.includes(type))
    checkOptions(found, element.options, `${pointer}/options`, limits.choiceOptions, 'any');
  else if (type === 'static_select' || type === 'multi_static_select') checkSelect(found, element, pointer);
  else if (type === 'plain_text_input') checkTextInput(found, element, pointer);
};

/** `image_url` or `slack_file`, and the alternative text, of an image block, element or accessory. */
export const checkImageSource = (found: Findings, image: JsonObject, pointer: string): void => {
  checkString(found, image.alt_text, `${pointer}/alt_text`, { max: limits.altText });
  const file = image.slack_file;
  if (image.image_url === undefined && file === undefined)
    found.report(pointer, 'must define either `image_url` or `slack_file`');
  if (image.image_url !== undefined && file !== undefined)
    found.report(pointer, 'must define only one of `image_url` and `slack_file`');
  if (image.image_url !== undefined)
    checkString(found, image.image_url, `${pointer}/image_url`, { max: limits.imageUrl, min: 1 });
  if (
    file !== undefined &&
    !(isObject(file) && (typeof file.id === 'string' || typeof file.url === 'string'))
  )
    found.report(`${pointer}/slack_file`, 'must define `id` or `url`');
};

const checkButton = (found: Findings, button: JsonObject, pointer: string): void => {
  checkText(found, button.text, `${pointer}/text`, { max: limits.buttonText, plain: true });
  checkString(found, button.value, `${pointer}/value`, { max: limits.buttonValue, optional: true });
  checkString(found, button.url, `${pointer}/url`, { max: limits.buttonUrl, optional: true });
  checkString(found, button.accessibility_label, `${pointer}/accessibility_label`, {
    max: limits.buttonText,
    optional: true,
  });
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger')
    found.report(`${pointer}/style`, 'must be a valid enum value');
};

const checkSelect = (found: Findings, select: JsonObject, pointer: string): void => {
  if ((select.options === undefined) === (select.option_groups === undefined)) {
    found.report(pointer, 'must define exactly one of `options` and `option_groups`');
    return;
  }
  if (select.options !== undefined) {
    checkOptions(found, select.options, `${pointer}/options`, limits.options, 'plain');
    return;
  }
  const groups = checkArray(found, select.option_groups, `${pointer}/option_groups`, {
    max: limits.optionGroups,
  });
  eachObject(found, groups, `${pointer}/option_groups`, (group, here) => {
    checkText(found, group.label, `${here}/label`, { max: limits.optionText, plain: true });
    checkOptions(found, group.options, `${here}/options`, limits.options, 'plain');
  });
};

const checkOptions = (
  found: Findings,
  value: unknown,
  pointer: string,
  max: number,
  text: 'plain' | 'any',
): void => {
  eachObject(found, checkArray(found, value, pointer, { max }), pointer, (option, here) => {
    checkText(found, option.text, `${here}/text`, { max: limits.optionText, plain: text === 'plain' });
    checkString(found, option.value, `${here}/value`, { max: limits.optionValue, min: 1 });
    checkText(found, option.description, `${here}/description`, { max: limits.optionText, optional: true });
    checkString(found, option.url, `${here}/url`, { max: limits.buttonUrl, optional: true });
  });
};

const checkTextInput = (found: Findings, input: JsonObject, pointer: string): void => {
  for (const field of ['min_length', 'max_length']) {
    const value = input[field];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > limits.inputLength)
      found.report(`${pointer}/${field}`, `must be an integer from 0 to ${limits.inputLength}`);
  }
};

const checkConfirm = (found: Findings, confirm: unknown, pointer: string): void => {
  if (confirm === undefined) return;
  if (!isObject(confirm)) {
    found.report(pointer, 'must be an object');
    return;
  }
  checkText(found, confirm.title, `${pointer}/title`, { max: limits.confirmTitle, plain: true });
  checkText(found, confirm.text, `${pointer}/text`, { max: limits.confirmText });
  checkText(found, confirm.confirm, `${pointer}/confirm`, { max: limits.confirmButton, plain: true });
  checkText(found, confirm.deny, `${pointer}/deny`, { max: limits.confirmButton, plain: true });
};

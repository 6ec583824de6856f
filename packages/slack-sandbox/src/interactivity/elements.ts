import { isObject, type JsonObject, objectsOf, stringOf } from 'sandbox-kit/json';

/** An interactive element and its block. */
export interface PlacedElement {
  readonly blockId: string;
  readonly actionId: string;
  readonly element: JsonObject;
  /** Whether it is in an input block, whose value is sent with the modal. */
  readonly input: boolean;
  readonly optional: boolean;
}

/** Every interactive element of these blocks, in order. */
export const elementsOf = (blocks: readonly JsonObject[]): PlacedElement[] =>
  blocks.flatMap((block) => {
    const input = block.type === 'input';
    const elements = input
      ? objectsOf([block.element])
      : [...objectsOf(block.type === 'context' ? [] : block.elements), ...objectsOf([block.accessory])];
    return elements
      .filter((element) => typeof element.action_id === 'string')
      .map((element) => ({
        blockId: String(block.block_id),
        actionId: String(element.action_id),
        element,
        input,
        optional: block.optional === true,
      }));
  });

/** A choice or typed text: the option's value, a date, a user id, a text; several for a multi-select. */
export type Choice = string | readonly string[] | null;

/**
 * An element's value in payloads, in the field for its type: `{type: 'static_select', selected_option: {...}}`.
 * Null means nothing chosen.
 */
export const elementValue = (element: JsonObject, choice: Choice): JsonObject => {
  const type = String(element.type);
  const one = typeof choice === 'string' ? choice : (choice?.[0] ?? null);
  const many = choice === null ? [] : typeof choice === 'string' ? [choice] : choice;
  const field = singleFields.get(type);
  if (type === 'checkboxes' || type === 'multi_static_select' || type === 'multi_external_select')
    return { type, selected_options: many.flatMap((value) => objectsOf([optionOf(element, value)])) };
  if (field?.startsWith('selected_option') === true)
    return { type, selected_option: one === null ? null : (optionOf(element, one) ?? null) };
  if (type.startsWith('multi_'))
    return { type, [type.replace('multi_', 'selected_').replace('_select', '')]: many };
  return { type, [field ?? 'value']: one };
};

const singleFields = new Map([
  ['static_select', 'selected_option'],
  ['external_select', 'selected_option'],
  ['radio_buttons', 'selected_option'],
  ['overflow', 'selected_option'],
  ['users_select', 'selected_user'],
  ['channels_select', 'selected_channel'],
  ['conversations_select', 'selected_conversation'],
  ['datepicker', 'selected_date'],
  ['timepicker', 'selected_time'],
  ['datetimepicker', 'selected_date_time'],
]);

const optionOf = (element: JsonObject, value: string): JsonObject | undefined =>
  [
    ...objectsOf(element.options),
    ...objectsOf(element.option_groups).flatMap((group) => objectsOf(group.options)),
  ].find((option) => option.value === value);

/** An element's initial value. */
export const initialChoice = (element: JsonObject): Choice => {
  if (isObject(element.initial_option)) return stringOf(element.initial_option.value) ?? null;
  if (Array.isArray(element.initial_options))
    return objectsOf(element.initial_options).map((option) => String(option.value));
  const initial = Object.entries(element).find(([key]) => key.startsWith('initial_'))?.[1];
  if (Array.isArray(initial)) return initial.map(String);
  return initial === undefined || initial === null ? null : String(initial);
};

/** The `state.values` of a message or view: block_id, action_id, value. Buttons and overflows have none. */
export const stateValues = (
  blocks: readonly JsonObject[],
  choices: ReadonlyMap<string, Choice> = new Map(),
): Record<string, Record<string, JsonObject>> => {
  const values: Record<string, Record<string, JsonObject>> = {};
  for (const { blockId, actionId, element } of elementsOf(blocks)) {
    if (element.type === 'button' || element.type === 'overflow') continue;
    const choice = choices.get(choiceKey(blockId, actionId)) ?? initialChoice(element);
    values[blockId] = { ...values[blockId], [actionId]: elementValue(element, choice) };
  }
  return values;
};

export const choiceKey = (blockId: string, actionId: string): string => `${blockId}\n${actionId}`;

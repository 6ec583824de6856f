import { createElement as h, type ReactElement, type ReactNode } from 'react';
import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import { type Choice, initialChoice, type PlacedElement } from '../../interactivity/elements.ts';
import { type BlockContext, marks, plainText } from './element-parts.ts';

/** Menus, pickers and text fields as browser controls. */
export const Field = ({
  placed,
  context,
  onChange,
  busy = false,
  invalid = false,
}: {
  placed: PlacedElement;
  context: BlockContext;
  onChange: (choice: Choice) => void;
  busy?: boolean;
  invalid?: boolean;
}): ReactElement => {
  const { element } = placed;
  const type = String(element.type);
  const initial = initialChoice(element);
  const common = {
    ...marks(placed),
    className: 'field',
    'aria-busy': busy,
    'aria-invalid': invalid,
    'aria-label': plainText(element.placeholder) || undefined,
    autoFocus: element.focus_on_load === true,
  };
  if (type.endsWith('_select')) return h(Select, { placed, context, onChange, common });
  const inputType = inputTypes.get(type) ?? 'text';
  const text = {
    ...common,
    defaultValue: [initial ?? ''].flat().join(', '),
    placeholder: plainText(element.placeholder),
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return element.multiline === true || type === 'rich_text_input'
    ? h('textarea', { ...text, rows: 4 })
    : h('input', {
        ...text,
        type: inputType,
        step: type === 'number_input' && element.is_decimal_allowed === true ? 'any' : undefined,
      });
};

const inputTypes = new Map([
  ['email_text_input', 'email'],
  ['url_text_input', 'url'],
  ['number_input', 'number'],
  ['datepicker', 'date'],
  ['timepicker', 'time'],
]);

const Select = ({
  placed,
  context,
  onChange,
  common,
}: {
  placed: PlacedElement;
  context: BlockContext;
  onChange: (choice: Choice) => void;
  common: Record<string, unknown>;
}): ReactElement => {
  const { element } = placed;
  const many = String(element.type).startsWith('multi_');
  const initial = [initialChoice(element) ?? []].flat();
  return h(
    'select',
    {
      ...common,
      multiple: many,
      defaultValue: many ? initial : (initial[0] ?? ''),
      onChange: (event: { target: HTMLSelectElement }) => {
        const values = [...event.target.selectedOptions].map((option) => option.value);
        onChange(many ? values : (values[0] ?? null));
      },
    },
    many ? null : h('option', { value: '', disabled: true }, plainText(element.placeholder) || 'Choose…'),
    optionsOf(element, context),
  );
};

const optionsOf = (element: JsonObject, context: BlockContext): ReactNode => {
  const type = String(element.type);
  if (type.includes('users'))
    return context.users.map(({ id, realName }) => h('option', { key: id, value: id }, realName));
  if (type.includes('channels') || type.includes('conversations'))
    return h('option', { value: context.channel.id }, `#${context.channel.name}`);
  const option = (item: JsonObject): ReactElement =>
    h('option', { key: String(item.value), value: String(item.value) }, plainText(item.text));
  if (element.option_groups !== undefined)
    return objectsOf(element.option_groups).map((group, index) =>
      h('optgroup', { key: index, label: plainText(group.label) }, objectsOf(group.options).map(option)),
    );
  return objectsOf(element.options).map(option);
};

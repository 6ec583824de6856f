import { createElement as h, type ReactElement, useState } from 'react';
import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { PageState } from '../page-protocol.ts';

export interface MenuOption {
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

/** A menu's choices: its own options, or people, roles or channels. */
export const menuOptions = (select: JsonObject, { members, roles, channels }: PageState): MenuOption[] => {
  const people = members
    .filter(({ inGuild }) => inGuild)
    .map(({ id, displayName, username }) => ({ value: id, label: displayName, description: username }));
  const ofRoles = roles.map(({ id, name }) => ({ value: id, label: name, description: '' }));
  switch (select.type) {
    case 5:
      return people;
    case 6:
      return ofRoles;
    case 7:
      return [...people, ...ofRoles];
    case 8:
      return channels.map(({ id, name }) => ({ value: id, label: `#${name}`, description: '' }));
    default:
      return objectsOf(select.options).map(({ value, label, description }) => ({
        value: String(value),
        label: String(label),
        description: typeof description === 'string' ? description : '',
      }));
  }
};

const textOf = ({ label, description }: MenuOption): string =>
  description === '' ? label : `${label}: ${description}`;

/** A message's menu: a choice is sent at once, and the menu stays as the app drew it. */
export const SelectMenu = ({
  select,
  options,
  disabled,
  onChoose,
}: {
  select: JsonObject;
  options: readonly MenuOption[];
  disabled: boolean;
  onChoose: (values: readonly string[]) => void;
}): ReactElement => {
  const [chosen, setChosen] = useState('');
  const placeholder = typeof select.placeholder === 'string' ? select.placeholder : 'Make a selection';
  return h(
    'select',
    {
      className: 'menu',
      'data-custom-id': select.custom_id,
      'aria-label': placeholder,
      disabled: disabled || select.disabled === true,
      value: chosen,
      onChange: (event: { target: { value: string } }) => {
        setChosen('');
        onChoose([event.target.value]);
      },
    },
    h('option', { value: '', disabled: true }, placeholder),
    options.map((option) => h('option', { key: option.value, value: option.value }, textOf(option))),
  );
};

import { createElement as h, type ReactElement, useState } from 'react';
import { objectsOf } from 'sandbox-kit/json';
import { type Choice, initialChoice, type PlacedElement } from '../../interactivity/elements.ts';
import { marks, plainText } from './element-parts.ts';

/** Radio buttons or checkboxes. */
export const Choices = ({
  placed,
  onChange,
}: {
  placed: PlacedElement;
  onChange: (choice: Choice) => void;
}): ReactElement => {
  const { element } = placed;
  const many = element.type === 'checkboxes';
  const [chosen, setChosen] = useState<readonly string[]>(() => [initialChoice(element) ?? []].flat());
  return h(
    'span',
    { className: 'choices', role: many ? 'group' : 'radiogroup', ...marks(placed) },
    objectsOf(element.options).map((option) => {
      const value = String(option.value);
      const others = chosen.filter((other) => other !== value);
      return h(
        'label',
        { key: value },
        h('input', {
          type: many ? 'checkbox' : 'radio',
          name: `${placed.blockId} ${placed.actionId}`,
          value,
          checked: chosen.includes(value),
          onChange: () => {
            const next = many ? (chosen.includes(value) ? others : [...others, value]) : [value];
            setChosen(next);
            onChange(many ? next : value);
          },
        }),
        h('span', null, plainText(option.text).replaceAll(/[*_~`]/g, '')),
        option.description === undefined ? null : h('small', null, plainText(option.description)),
      );
    }),
  );
};

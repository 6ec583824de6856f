import { createElement as h, type ReactElement } from 'react';
import { isObject, type JsonObject } from 'sandbox-kit/json';
import type { PlacedElement } from '../../interactivity/elements.ts';
import { Choices } from './choices.ts';
import { type BlockContext, type OnAct, plainText } from './element-parts.ts';
import { Field } from './field.ts';

/** A labelled input of a modal. Its value goes to `onAct` at once, and to the app on submission. */
export const InputBlock = ({
  block,
  context,
  onAct,
  error,
}: {
  block: JsonObject;
  context: BlockContext;
  onAct: OnAct;
  error: string | undefined;
}): ReactElement => {
  const element = isObject(block.element) ? block.element : {};
  const placed: PlacedElement = {
    element,
    actionId: String(element.action_id),
    blockId: String(block.block_id),
    input: true,
    optional: block.optional === true,
  };
  const onChange = (choice: string | readonly string[] | null): void => void onAct(placed, choice);
  const choices = element.type === 'radio_buttons' || element.type === 'checkboxes';
  return h(
    choices ? 'fieldset' : 'label',
    { className: 'input-block' },
    h(
      choices ? 'legend' : 'span',
      { className: 'label' },
      plainText(block.label),
      placed.optional ? h('em', null, ' (optional)') : null,
    ),
    choices
      ? h(Choices, { placed, onChange })
      : h(Field, { placed, context, onChange, invalid: error !== undefined }),
    error === undefined ? null : h('span', { className: 'error', role: 'alert' }, error),
    block.hint === undefined ? null : h('span', { className: 'hint' }, plainText(block.hint)),
  );
};

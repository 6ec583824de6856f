import { createElement as h, type ReactElement, useState } from 'react';
import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { Dialog } from 'sandbox-kit/page/dialog';
import type { OpenModal } from '../interactivity/open-modals.ts';
import { api } from './api.ts';
import { Markdown } from './markdown.ts';
import { usePage } from './page-context.ts';
import { menuOptions } from './select-menu.ts';

type Values = Readonly<Record<string, string | readonly string[]>>;

/** The app's modal; errors are shown in it. */
export const ModalView = ({ modal }: { modal: OpenModal }): ReactElement => {
  const { state, run } = usePage();
  const [values, setValues] = useState<Values>({});
  const [problem, setProblem] = useState<string | null>(null);
  const close = (): void => void run(() => api.closeModal({ user: state.user }));
  const submit = async (): Promise<void> => {
    try {
      const { outcome } = await api.submit({ user: state.user, values });
      setProblem(outcome === 'answered' ? null : 'Something went wrong. Try again.');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return h(
    Dialog,
    { label: modal.title, className: 'modal', onClose: close },
    h('h2', null, modal.title),
    h(
      'form',
      {
        onSubmit: (event: { preventDefault: () => void }) => {
          event.preventDefault();
          void submit();
        },
      },
      modal.components.map((part, key) =>
        h(ModalPart, { key, part, values, onChange: (id, value) => setValues({ ...values, [id]: value }) }),
      ),
      problem === null ? null : h('p', { className: 'notice', role: 'alert' }, problem),
      h(
        'div',
        { className: 'modal-buttons' },
        h('button', { type: 'button', className: 'button secondary', onClick: close }, 'Cancel'),
        h('button', { type: 'submit', className: 'button primary' }, 'Submit'),
      ),
    ),
  );
};

interface PartProps {
  part: JsonObject;
  values: Values;
  onChange: (id: string, value: string | readonly string[]) => void;
}

const ModalPart = ({ part, values, onChange }: PartProps): ReactElement | null => {
  const { state } = usePage();
  if (part.type === 10) return h(Markdown, { text: String(part.content), state });
  const [inside] = objectsOf(part.components);
  const input = isObject(part.component) ? part.component : inside;
  if (input === undefined) return null;
  const id = String(input.custom_id);
  const label = String(part.label ?? input.label ?? '');
  return h(
    'label',
    { className: 'modal-part' },
    h('span', { className: 'label' }, label, input.required === false ? null : h('b', null, ' *')),
    part.description ? h('span', { className: 'small' }, String(part.description)) : null,
    h(ModalInput, { input, value: values[id], onChange: (value) => onChange(id, value) }),
  );
};

interface InputProps {
  input: JsonObject;
  value: string | readonly string[] | undefined;
  onChange: (value: string | readonly string[]) => void;
}

const ModalInput = ({ input, value, onChange }: InputProps): ReactElement => {
  const { state } = usePage();
  const common = { name: String(input.custom_id), required: input.required !== false };
  if (input.type !== 4) {
    const options = menuOptions(input, state);
    const before = objectsOf(input.options).flatMap((one) =>
      one.default === true ? [String(one.value)] : [],
    );
    const multiple = typeof input.max_values === 'number' && input.max_values > 1;
    const chosen = value ?? before;
    return h(
      'select',
      {
        ...common,
        multiple,
        value: multiple ? [...chosen] : (chosen[0] ?? ''),
        onChange: (event: { target: { selectedOptions: Iterable<HTMLOptionElement> } }) =>
          onChange([...event.target.selectedOptions].map((option) => option.value)),
      },
      multiple
        ? null
        : h('option', { value: '', disabled: true }, String(input.placeholder ?? 'Make a selection')),
      options.map(({ value: one, label }) => h('option', { key: one, value: one }, label)),
    );
  }
  const given = typeof value === 'string' ? value : String(input.value ?? '');
  return h(input.style === 2 ? 'textarea' : 'input', {
    ...common,
    value: given,
    placeholder: String(input.placeholder ?? ''),
    maxLength: typeof input.max_length === 'number' ? input.max_length : 4_000,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  });
};

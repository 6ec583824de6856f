import { emojify } from 'node-emoji';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { type Choice, initialChoice, type PlacedElement } from '../interactivity/elements.ts';
import { isObject, type JsonObject, objectsOf } from '../json.ts';
import type { BlockContext } from './blocks.ts';
import { ConfirmDialog } from './confirm-dialog.ts';
import { h } from './h.ts';

/** Somebody used an element: pressed it, or chose this. Resolves when the app has taken it. */
export type OnAct = (placed: PlacedElement, choice: Choice) => Promise<void>;

interface ElementProps {
  readonly placed: PlacedElement;
  readonly context: BlockContext;
  readonly onAct: OnAct;
}

/** A text object as plain text, `:star:` written as a star. */
export const plainText = (text: unknown): string =>
  isObject(text) && typeof text.text === 'string' ? emojify(text.text) : '';

/** One button, menu or picker; asks first where the app wants a confirmation. */
export const InteractiveElement = ({ placed, context, onAct }: ElementProps): ReactElement => {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<{ readonly choice: Choice } | null>(null);
  const { element } = placed;
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  const act = async (choice: Choice): Promise<void> => {
    setAsking(null);
    setBusy(true);
    try {
      await onAct(placed, choice);
    } finally {
      if (alive.current) setBusy(false);
    }
  };
  const use = (choice: Choice): void => {
    if (isObject(element.confirm)) setAsking({ choice });
    else void act(choice);
  };
  return h(
    'span',
    { className: 'element' },
    h(Control, { placed, context, busy, use }),
    asking === null || !isObject(element.confirm)
      ? null
      : h(ConfirmDialog, {
          confirm: element.confirm,
          onConfirm: () => void act(asking.choice),
          onDeny: () => setAsking(null),
        }),
  );
};

interface ControlProps {
  readonly placed: PlacedElement;
  readonly context: BlockContext;
  readonly busy: boolean;
  readonly use: (choice: Choice) => void;
}

const Control = (props: ControlProps): ReactNode => {
  switch (props.placed.element.type) {
    case 'button':
    case 'workflow_button':
      return h(Button, props);
    case 'overflow':
      return h(Overflow, props);
    case 'radio_buttons':
    case 'checkboxes':
      return h(Choices, { ...props, onChange: props.use });
    default:
      return h(Field, { ...props, onChange: props.use });
  }
};

/** Attributes by which tests and the keyboard find an element. */
const marks = ({ actionId, blockId }: PlacedElement): Record<string, string> => ({
  'data-action-id': actionId,
  'data-block-id': blockId,
});

const Button = ({ placed, busy, use }: ControlProps): ReactElement => {
  const { element } = placed;
  return h(
    'button',
    {
      ...marks(placed),
      type: 'button',
      className: `button ${String(element.style ?? 'default')}`,
      'data-value': element.value,
      'aria-label': element.accessibility_label,
      'aria-busy': busy,
      onClick: () => {
        if (busy) return;
        // A link button opens its page and tells the app too.
        if (typeof element.url === 'string') window.open(element.url, '_blank', 'noreferrer');
        use(null);
      },
    },
    plainText(element.text),
  );
};

const Overflow = ({ placed, use }: ControlProps): ReactElement => {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event): void => {
      const inside = event.target instanceof Node && root.current?.contains(event.target) === true;
      if (!inside || (event instanceof KeyboardEvent && event.key === 'Escape')) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, [open]);
  return h(
    'span',
    { className: 'menu-root', ref: root },
    h(
      'button',
      {
        ...marks(placed),
        type: 'button',
        className: 'button default more',
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        'aria-label': 'More',
        onClick: () => setOpen(!open),
      },
      '⋯',
    ),
    open
      ? h(
          'span',
          { className: 'menu', role: 'menu' },
          objectsOf(placed.element.options).map((option) =>
            h(
              'button',
              {
                key: String(option.value),
                type: 'button',
                role: 'menuitem',
                'data-value': option.value,
                onClick: () => {
                  setOpen(false);
                  use(String(option.value));
                },
              },
              plainText(option.text),
              option.description === undefined ? null : h('small', null, plainText(option.description)),
            ),
          ),
        )
      : null,
  );
};

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

/** Menus, pickers and text fields, as the browser draws them. */
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

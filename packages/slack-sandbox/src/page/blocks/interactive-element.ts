import { createElement as h, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { isObject } from 'sandbox-kit/json';
import type { Choice, PlacedElement } from '../../interactivity/elements.ts';
import { Choices } from './choices.ts';
import { ConfirmDialog } from './confirm-dialog.ts';
import { type BlockContext, marks, type OnAct, plainText } from './element-parts.ts';
import { Field } from './field.ts';
import { Overflow } from './overflow.ts';

interface ElementProps {
  readonly placed: PlacedElement;
  readonly context: BlockContext;
  readonly onAct: OnAct;
}

/** A button, menu or picker; asks for confirmation if the app wants it. */
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

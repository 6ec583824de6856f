import { createElement as h, type ReactElement, useEffect, useRef, useState } from 'react';
import { objectsOf } from 'sandbox-kit/json';
import type { Choice, PlacedElement } from '../../interactivity/elements.ts';
import { marks, plainText } from './element-parts.ts';

/** The menu behind `⋯`. */
export const Overflow = ({
  placed,
  use,
}: {
  placed: PlacedElement;
  use: (choice: Choice) => void;
}): ReactElement => {
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

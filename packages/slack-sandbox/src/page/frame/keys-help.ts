import { createElement as h, type ReactElement } from 'react';
import { Dialog } from 'sandbox-kit/page/dialog';

const keys: readonly (readonly [string, string])[] = [
  ['j', 'next card'],
  ['k', 'previous card'],
  ['g', 'the first answer: Galactic'],
  ['n', 'the second answer: Not galactic'],
  ['1–6', 'each answer in its order, those of the menu ⋯ too'],
  ['v', 'Variable star, where it has a button'],
  ['a', 'AGN, where it has a button'],
  ['s', 'Skip'],
  ['u', 'Undo (of this card, or of the last one you answered)'],
  ['/', 'write a message or a command'],
  ['?', 'these keys'],
  ['Esc', 'close (the answers’ keys work in the form of /finkvra label, too)'],
];

/** The list of keys, opened with `?`. */
export const KeysHelp = ({ onClose }: { onClose: () => void }): ReactElement =>
  h(
    Dialog,
    { label: 'Keys', className: 'keys', onClose },
    h('h2', null, 'Label by keyboard'),
    h(
      'dl',
      null,
      keys.flatMap(([key, meaning]) => [
        h('dt', { key: `${key} key` }, h('kbd', null, key)),
        h('dd', { key }, meaning),
      ]),
    ),
    h(
      'footer',
      null,
      h('button', { type: 'button', className: 'button primary', onClick: onClose }, 'Close'),
    ),
  );

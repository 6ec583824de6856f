import { createElement as h, type ReactElement } from 'react';

const COLOURS = ['#2f6db5', '#a8543a', '#3d7d4f', '#7a4fa3', '#8a6d1f'];

/** A person's initials on a colour of their own. */
export const Avatar = ({
  id,
  name,
  size = 36,
}: {
  id: string;
  name: string;
  size?: number;
}): ReactElement => {
  const initials = name
    .split(/[\s-]+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('');
  const sum = [...id].reduce((total, letter) => total * 53 + letter.charCodeAt(0), 7);
  return h(
    'svg',
    { className: 'avatar', width: size, height: size, viewBox: '0 0 36 36', 'aria-hidden': true },
    h('rect', { width: 36, height: 36, rx: 8, fill: COLOURS[sum % COLOURS.length] }),
    h(
      'text',
      {
        x: 18,
        y: 19,
        fill: '#fff',
        fontSize: 14,
        fontWeight: 700,
        textAnchor: 'middle',
        dominantBaseline: 'middle',
      },
      initials,
    ),
  );
};

/** The app's picture: a transient in a dark sky. */
export const AppAvatar = ({ size = 36 }: { size?: number }): ReactElement =>
  h(
    'svg',
    { className: 'avatar', width: size, height: size, viewBox: '0 0 36 36', 'aria-hidden': true },
    h('rect', { width: 36, height: 36, rx: 8, fill: '#2a2052' }),
    ...[
      [7, 9, 0.9],
      [28, 7, 0.7],
      [30, 27, 1],
      [8, 28, 0.7],
      [25, 31, 0.6],
    ].map(([cx, cy, r], key) => h('circle', { key, cx, cy, r, fill: '#cfc6f5' })),
    h('path', { d: 'M18 6l2.7 9.3L30 18l-9.3 2.7L18 30l-2.7-9.3L6 18l9.3-2.7z', fill: '#ffcf70' }),
    h('circle', { cx: 18, cy: 18, r: 2.6, fill: '#fff8e6' }),
  );

/** The chat tool itself, which says when the app does not answer. */
export const ToolAvatar = ({ size = 36 }: { size?: number }): ReactElement =>
  h(
    'svg',
    { className: 'avatar', width: size, height: size, viewBox: '0 0 36 36', 'aria-hidden': true },
    h('rect', { width: 36, height: 36, rx: 8, fill: '#8a8a93' }),
    h('path', { d: 'M18 9v11M18 25v2', stroke: '#fff', strokeWidth: 3, strokeLinecap: 'round' }),
  );

import { createElement as h, type ReactElement } from 'react';
import { AppAvatar, Avatar } from 'sandbox-kit/page/avatar';
import { usePage } from '../page-context.ts';

/** What the page's middle shows. */
export type Pane = 'channel' | 'home' | 'direct';

/** The workspace, its channel and app, and the people to choose from. */
export const Sidebar = ({
  pane,
  openCount,
  onPane,
  onUser,
}: {
  pane: Pane;
  openCount: number;
  onPane: (pane: Pane) => void;
  onUser: (user: string) => void;
}): ReactElement => {
  const { model } = usePage();
  const { workspace } = model;
  return h(
    'nav',
    { className: 'sidebar', 'aria-label': 'Workspace' },
    h('h1', null, workspace.name),
    h('h2', null, 'Channels'),
    h(
      'button',
      {
        type: 'button',
        className: 'entry',
        'aria-current': pane === 'channel' ? 'page' : undefined,
        onClick: () => onPane('channel'),
      },
      h('span', { className: 'hash' }, '#'),
      h('span', null, workspace.channel.name),
      openCount > 0
        ? h('span', { className: 'count', title: 'Cards that wait for an answer' }, openCount)
        : null,
    ),
    h('h2', null, 'Apps'),
    h(
      'button',
      {
        type: 'button',
        className: 'entry',
        'data-pane': 'home',
        'aria-current': pane === 'channel' ? undefined : 'page',
        onClick: () => onPane('home'),
      },
      h(AppAvatar, { size: 20 }),
      h('span', null, workspace.app.name),
      h('span', {
        className: `presence ${model.status.connections > 0 ? 'on' : 'off'}`,
        title: model.status.connections > 0 ? 'connected' : 'not connected',
      }),
    ),
    h('h2', null, 'You are'),
    h(
      'div',
      { role: 'radiogroup', 'aria-label': 'You are' },
      workspace.users.map(({ id, realName }) =>
        h(
          'button',
          {
            key: id,
            type: 'button',
            role: 'radio',
            className: 'entry',
            'data-user': id,
            'aria-checked': id === model.user,
            onClick: () => onUser(id),
          },
          h(Avatar, { id, name: realName, size: 20 }),
          h('span', null, realName),
          id === model.user ? h('span', { className: 'you' }, 'you') : null,
        ),
      ),
    ),
    h('p', { className: 'about' }, 'A workspace on this machine. Nothing here leaves it.'),
  );
};

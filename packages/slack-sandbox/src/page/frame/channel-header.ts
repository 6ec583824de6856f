import { createElement as h, type ReactElement } from 'react';
import { AppAvatar, Avatar } from 'sandbox-kit/page/avatar';
import { usePage } from '../page-context.ts';
import type { Pane } from './sidebar.ts';

/** The open channel, its members, the app's connection, and the page's switches. */
export const ChannelHeader = ({
  pane,
  theme,
  onMenu,
  onPane,
  onTheme,
  onHelp,
  onDeveloper,
}: {
  pane: Pane;
  theme: 'light' | 'dark';
  onMenu: () => void;
  onPane: (pane: Pane) => void;
  onTheme: () => void;
  onHelp: () => void;
  onDeveloper: () => void;
}): ReactElement => {
  const { model } = usePage();
  const { workspace, status } = model;
  const icon = (label: string, symbol: string, onClick: () => void, name: string): ReactElement =>
    h(
      'button',
      { type: 'button', className: `icon ${name}`, title: label, 'aria-label': label, onClick },
      symbol,
    );
  return h(
    'header',
    { className: 'channel-header' },
    icon('Menu', '☰', onMenu, 'menu-button'),
    pane === 'channel'
      ? h('h2', null, h('span', { className: 'hash' }, '#'), workspace.channel.name)
      : h('h2', null, h(AppAvatar, { size: 24 }), workspace.app.name),
    pane === 'channel'
      ? h(
          'span',
          { className: 'members', title: workspace.users.map(({ realName }) => realName).join(', ') },
          workspace.users.map(({ id, realName }) => h(Avatar, { key: id, id, name: realName, size: 24 })),
        )
      : h(
          'span',
          { className: 'tabs', role: 'tablist' },
          (['home', 'direct'] as const).map((tab) =>
            h(
              'button',
              {
                key: tab,
                type: 'button',
                role: 'tab',
                'aria-selected': pane === tab,
                onClick: () => onPane(tab),
              },
              tab === 'home' ? 'Home' : 'Messages',
            ),
          ),
        ),
    h(
      'span',
      { className: `connection ${status.connections > 0 ? 'on' : 'off'}`, role: 'status' },
      h('span', { className: 'dot' }),
      h(
        'span',
        { className: 'words' },
        status.connections > 0
          ? `app connected${status.connections > 1 ? ` (${status.connections})` : ''}`
          : 'app not connected',
      ),
    ),
    icon('Keys', '?', onHelp, 'keys-button'),
    icon(theme === 'dark' ? 'Light' : 'Dark', theme === 'dark' ? '☀' : '☾', onTheme, 'theme-button'),
    icon('Traffic and faults', '⇄', onDeveloper, 'developer-button'),
  );
};

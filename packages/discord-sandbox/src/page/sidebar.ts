import { createElement as h, type ReactElement } from 'react';
import { Avatar } from 'sandbox-kit/page/avatar';
import { FaultPanel } from './fault-panel.ts';
import { usePage } from './page-context.ts';

/** The server's channels, threads and direct messages, and the current person. */
export const Sidebar = ({
  switchUser,
  theme,
  toggleTheme,
}: {
  switchUser: (id: string) => void;
  theme: 'light' | 'dark';
  toggleTheme: () => void;
}): ReactElement => {
  const { state, channel, openChannel } = usePage();
  const entry = (id: string, label: string, className = ''): ReactElement =>
    h(
      'button',
      {
        key: id,
        type: 'button',
        className: `channel ${className}`,
        'aria-current': id === channel ? 'page' : undefined,
        onClick: () => openChannel(id),
      },
      label,
    );
  const threads = state.channels.filter(({ thread }) => thread !== undefined);
  return h(
    'nav',
    { className: 'sidebar', 'aria-label': 'Channels' },
    h('h1', null, state.guild),
    h(
      'div',
      { className: 'channels' },
      state.channels
        .filter(({ type }) => type === 0)
        .flatMap(({ id, name }) => [
          entry(id, `# ${name}`),
          ...threads
            .filter(({ thread }) => thread?.parent === id)
            .slice(-8)
            .map((one) => entry(one.id, one.name, 'thread')),
        ]),
      state.channels
        .filter(({ recipient }) => recipient === state.user)
        .map(({ id }) => entry(id, '@ Finkvra')),
    ),
    h(FaultPanel),
    h(
      'div',
      { className: 'me' },
      h(Avatar, {
        id: state.user,
        name: state.members.find(({ id }) => id === state.user)?.displayName ?? '',
        size: 32,
      }),
      h(
        'select',
        {
          'aria-label': 'You are',
          value: state.user,
          onChange: (event: { target: { value: string } }) => switchUser(event.target.value),
        },
        state.members
          .filter(({ bot, inGuild }) => !bot && inGuild)
          .map(({ id, displayName }) => h('option', { key: id, value: id }, displayName)),
      ),
      h(
        'button',
        {
          type: 'button',
          className: 'icon',
          'aria-label': theme === 'dark' ? 'Use the light theme' : 'Use the dark theme',
          onClick: toggleTheme,
        },
        theme === 'dark' ? '☀' : '☾',
      ),
    ),
  );
};

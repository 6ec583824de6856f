import { createElement as h, type ReactElement } from 'react';
import { api } from '../api.ts';
import { HomePane } from '../frame/home-pane.ts';
import type { Pane } from '../frame/sidebar.ts';
import type { Model, useWorkspace } from '../use-workspace.ts';
import { Composer } from './composer.ts';
import { MessageList } from './message-list.ts';

/** The channel, a person's direct messages with the app, or its Home tab. */
export const MainPane = ({
  pane,
  model,
  onSwitchUser,
  dispatch,
}: {
  pane: Pane;
  model: Model;
  onSwitchUser: (user: string) => void;
  dispatch: ReturnType<typeof useWorkspace>[1];
}): ReactElement => {
  if (pane === 'home') return h(HomePane);
  const { channel, app } = model.workspace;
  const id = pane === 'channel' ? channel.id : `D${model.user.slice(1)}`;
  const own = model.messages.filter((message) => message.channel === id);
  const main = own.filter(
    ({ thread_ts, reply_broadcast }) => thread_ts === undefined || reply_broadcast === true,
  );
  const replyCounts = new Map<string, number>();
  for (const { thread_ts: root } of own)
    if (root !== undefined) replyCounts.set(root, (replyCounts.get(root) ?? 0) + 1);
  return h(
    'div',
    { className: 'channel', key: id },
    h(MessageList, {
      messages: main,
      replyCounts,
      hasOlder: pane === 'channel' && model.hasOlder,
      label: pane === 'channel' ? `Messages in #${channel.name}` : `Messages from ${app.name}`,
      loadOlder: () => {
        void api
          .olderMessages(id, own[0]?.ts ?? '')
          .then((messages) => dispatch({ type: 'older', messages }));
      },
    }),
    h(Composer, {
      channel: id,
      placeholder:
        pane === 'channel' ? `Message #${channel.name}, or /finkvra status` : `Message ${app.name}`,
      onSwitchUser,
    }),
  );
};

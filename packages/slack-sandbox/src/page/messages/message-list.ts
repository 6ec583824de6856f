import { createElement as h, type ReactElement } from 'react';
import type { StoredMessage } from '../../workspace/types.ts';
import { dayName, sameDay } from '../blocks/format-time.ts';
import { usePage } from '../page-context.ts';
import { MessageItem } from './message-item.ts';
import { useFollowing } from './use-following.ts';

/** Messages by one author within this many seconds share a head. */
const GROUP_SECONDS = 300;

/** A channel's messages, oldest first, with a divider above each day. */
export const MessageList = ({
  messages,
  replyCounts,
  hasOlder,
  loadOlder,
  label,
}: {
  messages: readonly StoredMessage[];
  replyCounts: ReadonlyMap<string, number>;
  hasOlder: boolean;
  loadOlder: () => void;
  label: string;
}): ReactElement => {
  const { focused } = usePage();
  const { scroller, unseen, jump, onScroll } = useFollowing(messages);
  return h(
    'div',
    { className: 'message-list-frame' },
    h(
      'div',
      { className: 'message-list', ref: scroller, onScroll, role: 'log', 'aria-label': label, tabIndex: -1 },
      hasOlder
        ? h(
            'button',
            { type: 'button', className: 'button default older', onClick: loadOlder },
            'Load earlier messages',
          )
        : null,
      messages.length === 0 ? h('p', { className: 'empty' }, 'Nothing here yet.') : null,
      messages.map((message, index) => {
        const before = messages[index - 1];
        const newDay = before === undefined || !sameDay(before.ts, message.ts);
        return h(
          'div',
          { key: `${message.channel}/${message.ts}`, className: 'row' },
          newDay
            ? h('div', { className: 'day', role: 'separator' }, h('span', null, dayName(message.ts)))
            : null,
          h(MessageItem, {
            message,
            compact: !newDay && continues(before, message),
            replies: replyCounts.get(message.ts) ?? 0,
            focused: focused === message.ts,
          }),
        );
      }),
    ),
    unseen.length > 0
      ? h('button', { type: 'button', className: 'jump', onClick: jump }, describeUnseen(unseen))
      : null,
  );
};

const continues = (before: StoredMessage | undefined, message: StoredMessage): boolean =>
  before !== undefined &&
  before.user === message.user &&
  before.ephemeral_to === undefined &&
  message.ephemeral_to === undefined &&
  Number(message.ts) - Number(before.ts) < GROUP_SECONDS;

const describeUnseen = (unseen: readonly StoredMessage[]): string => {
  if (unseen.some((message) => message.ephemeral_to !== undefined)) return '↓ A note for you';
  return `↓ ${unseen.length} new ${unseen.length === 1 ? 'message' : 'messages'}`;
};

import { createElement as h, type ReactElement } from 'react';
import { usePage } from '../page-context.ts';
import { Composer } from './composer.ts';
import { MessageItem } from './message-item.ts';

/** A message with its replies, beside the channel. */
export const ThreadPanel = ({ root, onClose }: { root: string; onClose: () => void }): ReactElement => {
  const { model, focused } = usePage();
  const messages = model.messages.filter(({ ts, thread_ts }) => ts === root || thread_ts === root);
  const [first] = messages;
  return h(
    'aside',
    { className: 'panel thread', 'aria-label': 'Thread' },
    h(
      'header',
      null,
      h('h2', null, 'Thread'),
      h('button', { type: 'button', className: 'icon', 'aria-label': 'Close thread', onClick: onClose }, '✕'),
    ),
    h(
      'div',
      { className: 'panel-content' },
      messages.map((message, index) =>
        h(
          'div',
          { key: message.ts, className: 'row' },
          h(MessageItem, { message, compact: false, focused: focused === message.ts }),
          index === 0 && messages.length > 1
            ? h(
                'div',
                { className: 'day' },
                h('span', null, messages.length === 2 ? '1 reply' : `${messages.length - 1} replies`),
              )
            : null,
        ),
      ),
    ),
    h(Composer, {
      channel: first?.channel ?? model.workspace.channel.id,
      placeholder: 'Reply…',
      threadTs: root,
    }),
  );
};

import { createElement as h, memo, type ReactElement, useCallback } from 'react';
import { AppAvatar, Avatar, ToolAvatar } from 'sandbox-kit/page/avatar';
import type { StoredMessage } from '../../workspace/types.ts';
import { Blocks } from '../blocks/draw-blocks.ts';
import type { OnAct } from '../blocks/element-parts.ts';
import { clockTime, fullTime } from '../blocks/format-time.ts';
import { usePage } from '../page-context.ts';
import { answersOf, isCard, kindOf } from './cards.ts';

/** A message with its author, its time and Slack's notices about it. */
export const MessageItem = memo(
  ({
    message,
    compact,
    replies = 0,
    focused = false,
  }: {
    message: StoredMessage;
    /** Without a head: the message before has the same author. */
    compact: boolean;
    replies?: number;
    focused?: boolean;
  }): ReactElement => {
    const page = usePage();
    const { actOn } = page;
    const onAct: OnAct = useCallback((placed, choice) => actOn(message, placed, choice), [actOn, message]);
    const author = authorOf(message, page.model.workspace);
    const notices = page.model.notices.filter((notice) => notice.about === message.ts);
    const card = isCard(message);
    return h(
      'article',
      {
        className: [
          'message',
          compact ? 'compact' : '',
          message.blocks.length > 2 ? 'long' : '',
          focused ? 'focused' : '',
        ].join(' '),
        'data-ts': message.ts,
        'data-kind': kindOf(message),
        'data-ephemeral': message.ephemeral_to !== undefined || undefined,
        'data-answers': card ? answersOf(message).join(' ') : undefined,
        'aria-label': `${author.name}, ${clockTime(message.ts)}`,
        onClick: (event: { target: EventTarget }) => {
          if (card) page.focus(message.ts);
          const { target } = event;
          if (target instanceof HTMLImageElement) page.showPicture({ src: target.src, alt: target.alt });
        },
      },
      h(
        'div',
        { className: 'gutter' },
        compact ? h('time', { title: fullTime(message.ts) }, clockTime(message.ts)) : author.avatar,
      ),
      h(
        'div',
        { className: 'body' },
        message.ephemeral_to === undefined
          ? null
          : h(
              'p',
              { className: 'only-you' },
              'Only visible to you',
              h(
                'button',
                { type: 'button', className: 'link', onClick: () => page.dismiss(message) },
                'Dismiss',
              ),
            ),
        compact
          ? null
          : h(
              'header',
              null,
              h('strong', null, author.name),
              author.badge === null ? null : h('span', { className: 'badge' }, author.badge),
              h('time', { title: fullTime(message.ts) }, clockTime(message.ts)),
            ),
        message.reply_broadcast === true ? h('p', { className: 'replied' }, 'replied to a thread') : null,
        h(Content, { message, onAct }),
        notices.map(({ id, text }) => h('p', { key: id, className: 'notice', role: 'alert' }, `⚠ ${text}`)),
        replies === 0
          ? null
          : h(
              'button',
              { type: 'button', className: 'replies', onClick: () => page.openThread(message.ts) },
              `${replies} ${replies === 1 ? 'reply' : 'replies'}`,
            ),
      ),
      message.ephemeral_to === undefined && message.thread_ts === undefined
        ? h(
            'div',
            { className: 'hover-bar' },
            h(
              'button',
              {
                type: 'button',
                title: 'Reply in thread',
                'aria-label': 'Reply in thread',
                onClick: () => page.openThread(message.ts),
              },
              '💬',
            ),
          )
        : null,
    );
  },
);

const Content = ({ message, onAct }: { message: StoredMessage; onAct: OnAct }): ReactElement => {
  const { blocks: context } = usePage();
  // A message without blocks shows its text, which is mrkdwn like a section's.
  const blocks =
    message.blocks.length > 0 || message.text === ''
      ? message.blocks
      : [{ type: 'section', block_id: 'text', text: { type: 'mrkdwn', text: message.text } }];
  return h(
    'div',
    { className: 'content' },
    h(Blocks, { blocks, context, onAct, placeholders: message.placeholders ?? NONE }),
    message.files.map((id) =>
      h('div', { key: id, className: 'file' }, h('img', { src: `/files/${id}`, alt: 'Uploaded file' })),
    ),
    message.edited_ts === undefined ? null : h('span', { className: 'edited' }, '(edited)'),
  );
};

const NONE: readonly string[] = [];

const authorOf = (
  message: StoredMessage,
  workspace: {
    app: { userId: string; name: string };
    users: readonly { id: string; realName: string }[];
  },
): { name: string; badge: string | null; avatar: ReactElement } => {
  if (message.user === workspace.app.userId)
    return { name: workspace.app.name, badge: 'APP', avatar: h(AppAvatar) };
  const member = workspace.users.find(({ id }) => id === message.user);
  if (member === undefined) return { name: 'Workspace', badge: null, avatar: h(ToolAvatar) };
  return {
    name: member.realName,
    badge: null,
    avatar: h(Avatar, { id: member.id, name: member.realName }),
  };
};

import { createElement as h, type ReactElement } from 'react';
import { stringOf } from 'sandbox-kit/json';
import { AppAvatar, Avatar } from 'sandbox-kit/page/avatar';
import type { ShownMessage } from '../page-protocol.ts';
import { api } from './api.ts';
import { ComponentsView } from './components-view.ts';
import { EmbedView, PictureButton } from './embed-view.ts';
import { Markdown } from './markdown.ts';
import { nameOf, usePage } from './page-context.ts';

const clock = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** One message with all its parts. */
export const MessageView = ({ message }: { message: ShownMessage }): ReactElement => {
  const { state, channel, openChannel } = usePage();
  const ofBot = message.author === state.bot;
  const thread = state.channels.find(({ id }) => id === message.id && id !== channel);
  const count = thread?.thread?.messages ?? 0;
  return h(
    'article',
    {
      className: message.private ? 'message private' : 'message',
      'data-message': message.id,
      'aria-label': `${nameOf(message.author, state)}, ${clock(message.timestamp)}`,
    },
    ofBot
      ? h(AppAvatar, { size: 40 })
      : h(Avatar, { id: message.author, name: nameOf(message.author, state), size: 40 }),
    h(
      'div',
      { className: 'message-body' },
      h(Above, { message }),
      h(
        'header',
        null,
        h('strong', null, nameOf(message.author, state)),
        ofBot ? h('span', { className: 'app-tag' }, 'APP') : null,
        h('time', { dateTime: message.timestamp }, clock(message.timestamp)),
        message.edited ? h('span', { className: 'edited' }, '(edited)') : null,
      ),
      message.loading
        ? h('p', { className: 'small', role: 'status' }, `${nameOf(message.author, state)} is thinking…`)
        : message.content === ''
          ? null
          : h(Markdown, { text: message.content, state }),
      message.embeds.map((embed, key) =>
        h(EmbedView, { key, embed, alt: stringOf(embed.title) ?? 'picture' }),
      ),
      message.attachments.map((file) => h(FileView, { key: String(file.id), file })),
      h(ComponentsView, { message }),
      thread === undefined
        ? null
        : h(
            'button',
            { type: 'button', className: 'thread-link', onClick: () => openChannel(thread.id) },
            `${thread.name} · ${count} ${count === 1 ? 'message' : 'messages'} ›`,
          ),
      message.private ? h(PrivateNote, { message }) : null,
      state.notices
        .filter(({ about }) => about === message.id)
        .map(({ id, text }) => h('p', { key: id, className: 'notice', role: 'alert' }, text)),
    ),
  );
};

/** The command or message that it answers. */
const Above = ({ message }: { message: ShownMessage }): ReactElement | null => {
  const { state } = usePage();
  if (message.command !== null)
    return h(
      'p',
      { className: 'above' },
      `${nameOf(message.command.user, state)} used `,
      h('b', null, `/${message.command.name}`),
    );
  if (message.replyTo === null) return null;
  const first = state.messages.find(({ id }) => id === message.replyTo);
  const title = stringOf(first?.embeds[0]?.title) ?? first?.content.split('\n')[0];
  return h('p', { className: 'above' }, `↱ ${title ?? 'Original message was deleted'}`);
};

const PrivateNote = ({ message }: { message: ShownMessage }): ReactElement => {
  const { state, run } = usePage();
  const dismiss = (): void => void run(() => api.dismiss({ user: state.user, message: message.id }));
  return h(
    'p',
    { className: 'private-note' },
    'Only you can see this • ',
    h('button', { type: 'button', className: 'link-button', onClick: dismiss }, 'Dismiss message'),
  );
};

const FileView = ({ file }: { file: Record<string, unknown> }): ReactElement => {
  const url = String(file.url);
  const alt = stringOf(file.description) ?? String(file.filename);
  return String(file.content_type).startsWith('image/')
    ? h(PictureButton, { src: url, alt })
    : h(
        'a',
        { className: 'file', href: url, download: String(file.filename) },
        `📄 ${String(file.filename)}`,
      );
};

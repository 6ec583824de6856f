import { createElement as h, type ReactElement, useRef, useState } from 'react';
import { Avatar } from 'sandbox-kit/page/avatar';
import type { CommandInfo } from '../../core.ts';
import { api } from '../api.ts';
import { usePage } from '../page-context.ts';

/** Input for messages and commands. Enter sends; Shift+Enter starts a new line. */
export const Composer = ({
  channel,
  placeholder,
  threadTs,
  onSwitchUser,
}: {
  channel: string;
  placeholder: string;
  threadTs?: string;
  onSwitchUser?: (user: string) => void;
}): ReactElement => {
  const { model, tell, showNewest } = usePage();
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const { commands } = model.workspace;
  const suggestions =
    threadTs === undefined && /^\/\S*$/.test(text)
      ? commands.filter(({ command }) => command.startsWith(text))
      : [];
  const [suggested] = suggestions;

  const send = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || sending) return;
    setSending(true);
    setText('');
    if (threadTs === undefined) showNewest();
    const [, command, rest = ''] = /^(\/\S+)\s*(.*)$/s.exec(words) ?? [];
    try {
      if (command !== undefined && threadTs === undefined)
        await api.command({ user: model.user, command, text: rest, channel });
      else
        await api.say({
          user: model.user,
          text: escapeText(words),
          channel,
          ...(threadTs === undefined ? {} : { threadTs }),
        });
    } catch (error) {
      setText(words);
      tell(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };
  const complete = (command: string): void => {
    setText(`${command} `);
    input.current?.focus();
  };

  return h(
    'div',
    { className: 'composer' },
    h(Suggestions, { suggestions, complete }),
    h(
      'form',
      {
        onSubmit: (event: { preventDefault: () => void }) => {
          event.preventDefault();
          void send();
        },
      },
      onSwitchUser === undefined ? null : h(ActingAs, { onSwitchUser }),
      h('textarea', {
        ref: input,
        name: threadTs === undefined ? 'message' : 'reply',
        rows: Math.min(6, text.split('\n').length),
        value: text,
        placeholder,
        'aria-label': placeholder,
        onChange: (event: { target: { value: string } }) => setText(event.target.value),
        onKeyDown: (event: { key: string; shiftKey: boolean; preventDefault: () => void }) => {
          if (event.key === 'Tab' && suggested !== undefined) {
            event.preventDefault();
            complete(suggested.command);
          } else if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            void send();
          }
        },
      }),
      h(
        'button',
        { type: 'submit', className: 'send', disabled: text.trim() === '', 'aria-label': 'Send' },
        h(
          'svg',
          { viewBox: '0 0 20 20', width: 18, height: 18, 'aria-hidden': true },
          h('path', { d: 'M2 3l16 7-16 7 3-7zm3 7h7', fill: 'currentColor', stroke: 'none' }),
        ),
      ),
    ),
  );
};

/** Commands that begin with the typed text. */
const Suggestions = ({
  suggestions,
  complete,
}: {
  suggestions: readonly CommandInfo[];
  complete: (command: string) => void;
}): ReactElement | null =>
  suggestions.length === 0
    ? null
    : h(
        'ul',
        { className: 'suggestions', 'aria-label': 'Commands' },
        suggestions.map(({ command, description, usage }) =>
          h(
            'li',
            { key: command },
            h(
              'button',
              { type: 'button', onClick: () => complete(command) },
              h('strong', null, command),
              h('code', null, usage),
              h('span', null, description),
            ),
          ),
        ),
      );

/** The current person, and the choice of another one. */
const ActingAs = ({ onSwitchUser }: { onSwitchUser: (user: string) => void }): ReactElement => {
  const { model } = usePage();
  const { users } = model.workspace;
  const me = users.find(({ id }) => id === model.user);
  return h(
    'label',
    { className: 'acting-as', title: 'Who you are' },
    h(Avatar, { id: model.user, name: me?.realName ?? '', size: 26 }),
    h(
      'select',
      {
        name: 'user',
        'aria-label': 'Act as',
        value: model.user,
        onChange: (event: { target: { value: string } }) => onSwitchUser(event.target.value),
      },
      users.map(({ id, realName }) => h('option', { key: id, value: id }, realName)),
    ),
  );
};

/** Typed text is not markup: the three characters that mrkdwn reserves are escaped. */
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

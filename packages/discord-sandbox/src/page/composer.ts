import { createElement as h, type ReactElement, useEffect, useState } from 'react';
import { objectsOf } from 'sandbox-kit/json';
import type { Choice } from '../controls.ts';
import { api } from './api.ts';
import { usePage } from './page-context.ts';
import { type ReadLine, readLine, runnable, suggested } from './read-command.ts';

const TYPING_MS = 200;

/** Suggestions for the option being typed: its choices, or the app's. */
const useChoices = (read: ReadLine | null): readonly Choice[] => {
  const { state, channel } = usePage();
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  const key = JSON.stringify([read?.command.path, read?.typing?.name, read?.values]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when what was read is another
  useEffect(() => {
    const option = read?.typing;
    setChoices(objectsOf(option?.choices).map(({ name }) => ({ name: String(name), value: String(name) })));
    if (read === null || option?.autocomplete !== true) return;
    let gone = false;
    const timer = window.setTimeout(async () => {
      const { command, values } = read;
      const focused = String(option.name);
      const asked = { user: state.user, channel, command: command.path, options: values, focused };
      const found = await api.autocomplete(asked).catch(() => ({ choices: null }));
      if (!gone) setChoices(found.choices ?? []);
    }, TYPING_MS);
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [key]);
  return choices;
};

/** Input for messages and commands, with suggestions above. */
export const Composer = (): ReactElement => {
  const { state, channel, run } = usePage();
  const [text, setText] = useState('');
  const commands = runnable(state.commands);
  const isCommand = text.startsWith('/');
  const read = isCommand ? readLine(text, commands) : null;
  const choices = useChoices(read);
  const place = state.channels.find(({ id }) => id === channel);
  const name = place?.type === 1 ? '@Finkvra' : `#${place?.name ?? ''}`;

  const send = async (): Promise<void> => {
    if (text.trim() === '') return;
    if (!isCommand) await run(() => api.say({ user: state.user, text, channel }));
    else if (read === null) return;
    else {
      const { command, values } = read;
      await run(() => api.command({ user: state.user, channel, command: command.path, options: values }));
    }
    setText('');
  };
  const fits = isCommand && read === null ? suggested(text, commands) : [];
  const take = (value: string | number): void => setText(`/${read?.command.path ?? ''} ${value}`);
  return h(
    'div',
    { className: 'composer' },
    state.notices
      .filter(({ about, channel: where }) => about === undefined && where === channel)
      .slice(-1)
      .map(({ id, text: words }) => h('p', { key: id, className: 'notice', role: 'alert' }, words)),
    fits.length + choices.length === 0
      ? null
      : h(
          'ul',
          { className: 'suggestions', 'aria-label': 'Suggestions' },
          fits.map(({ path, description }) =>
            h(
              'li',
              { key: path },
              h(
                'button',
                { type: 'button', onClick: () => setText(`/${path} `) },
                h('b', null, `/${path}`),
                ` ${description}`,
              ),
            ),
          ),
          choices.map((choice) =>
            h(
              'li',
              { key: String(choice.value) },
              h('button', { type: 'button', onClick: () => take(choice.value) }, choice.name),
            ),
          ),
        ),
    read === null
      ? null
      : h(
          'p',
          { className: 'small' },
          `${read.command.description} `,
          read.command.options.map((option) =>
            h(
              'code',
              { key: String(option.name) },
              `${String(option.name)}${option.required === true ? '' : '?'}`,
            ),
          ),
        ),
    h(
      'form',
      {
        onSubmit: (event: { preventDefault: () => void }) => {
          event.preventDefault();
          void send();
        },
      },
      h('input', {
        className: 'composer-input',
        'aria-label': `Message ${name}`,
        placeholder: `Message ${name}, or / for commands`,
        value: text,
        autoComplete: 'off',
        onChange: (event: { target: { value: string } }) => setText(event.target.value),
        onKeyDown: (event: { key: string; preventDefault: () => void }) => {
          const [first] = fits;
          if (event.key !== 'Tab' || first === undefined) return;
          event.preventDefault();
          setText(`/${first.path} `);
        },
      }),
      h('button', { type: 'submit', className: 'button primary', disabled: text.trim() === '' }, 'Send'),
    ),
  );
};

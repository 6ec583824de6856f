import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteraction,
  ApplicationCommandType,
  ApplicationCommandOptionType as Option,
} from 'discord-api-types/v10';
import { messageOf } from '../../../lib/errors.ts';
import { OLD_BUTTON } from '../../content/note-content.ts';
import { answerWord } from './answer-word.ts';
import type { InteractionContext, Taken } from './context.ts';

/** `/finkvra <subcommand>`: answers privately. */
export const takeCommand = async (
  { data }: APIApplicationCommandInteraction,
  taken: Taken,
  context: InteractionContext,
): Promise<void> => {
  const [sub] = data.type === ApplicationCommandType.ChatInput ? (data.options ?? []) : [];
  if (sub?.type !== Option.Subcommand) {
    context.log.warn({ command: data.name }, 'unknown command of another version');
    await taken.responder.reply(taken.note({ kind: 'text', text: OLD_BUTTON }));
    return;
  }
  const rest = (sub.options ?? []).map((option) => ('value' in option ? String(option.value) : ''));
  await answerWord([sub.name, ...rest].join(' ').trim(), taken, context);
};

/** A person is typing an object's name. */
export const takeAutocomplete = async (
  { data }: APIApplicationCommandAutocompleteInteraction,
  { person, responder }: Taken,
  { incoming, log }: InteractionContext,
): Promise<void> => {
  const [sub] = data.options;
  const typed = sub?.type === Option.Subcommand ? (sub.options ?? []) : [];
  const focused = typed.find((option) => 'focused' in option && option.focused === true);
  const begun = focused !== undefined && 'value' in focused ? String(focused.value) : '';
  try {
    await responder.suggest(await incoming.suggest({ person, word: sub?.name ?? '', begun }));
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'no names were suggested');
  }
};

import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandType,
  ApplicationCommandOptionType as Option,
  type RESTPutAPIApplicationGuildCommandsJSONBody,
} from 'discord-api-types/v10';
import type { WordHelp } from '../content/said.ts';
import { clip, LIMITS } from './limits.ts';
import { OWN_WORDS } from './messages/reply-message.ts';

export const COMMAND = 'finkvra';
/** The option in which an object's name is typed, with suggestions. */
const OBJECT_OPTION = 'object';
const HOW_OPTION = 'how';

/** What follows a word: `<objectId>` is asked for and suggested, `[abandon]` may be chosen. */
const optionsOf = (usage: string): NonNullable<APIApplicationCommandSubcommandOption['options']> => {
  if (usage === '') return [];
  if (usage.startsWith('<'))
    return [
      {
        type: Option.String,
        name: OBJECT_OPTION,
        description: 'The object’s name, such as ZTF25aapafwq, or the address of its page',
        required: true,
        autocomplete: true,
      },
    ];
  const choices = usage.replaceAll(/[[\]]/g, '').split('|');
  return [
    {
      type: Option.String,
      name: HOW_OPTION,
      description: `How: ${choices.join(', or ')}`,
      choices: choices.map((name) => ({ name, value: name })),
    },
  ];
};

/** `/finkvra` with a subcommand for each word, and its help where Discord shows it. */
export const commandList = (words: readonly WordHelp[]): RESTPutAPIApplicationGuildCommandsJSONBody => [
  {
    type: ApplicationCommandType.ChatInput,
    name: COMMAND,
    description: 'Label Fink alerts: what is open, my labels, objects, the model',
    options: [
      ...OWN_WORDS,
      ...words,
      { word: 'help', usage: '', what: 'what all of these do', who: 'anyone' },
    ].map(
      ({ word, usage, what }): APIApplicationCommandSubcommandOption => ({
        type: Option.Subcommand,
        name: word,
        description: clip(what, LIMITS.commandDescription),
        options: optionsOf(usage),
      }),
    ),
  },
];

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
/** The option for an object's name, with suggestions. */
const OBJECT_OPTION = 'object';
const HOW_OPTION = 'how';

/** Options of a subcommand: `<objectId>` is required and suggested, `[abandon]` is a choice. */
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

/** `/finkvra` with its subcommands and their help texts. */
export const commandList = (words: readonly WordHelp[]): RESTPutAPIApplicationGuildCommandsJSONBody => [
  {
    type: ApplicationCommandType.ChatInput,
    name: COMMAND,
    description: 'Label Fink alerts: what is open, my labels, objects, the model',
    options: [
      ...OWN_WORDS,
      ...words,
      { word: 'help', usage: '', what: 'explains all commands', who: 'anyone' },
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

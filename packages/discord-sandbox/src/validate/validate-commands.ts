import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  checkBoolean,
  checkInteger,
  checkList,
  checkOneOf,
  checkText,
  type Path,
  type Problem,
  problem,
} from './problems.ts';

/** Option types by number. */
export const optionType = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

const CHAT_INPUT = 1;
const NESTED: readonly unknown[] = [optionType.subcommand, optionType.group];
const WITH_CHOICES: readonly unknown[] = [optionType.string, optionType.integer, optionType.number];
const NAME_PATTERN = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** Problems of a list of commands that replaces the app's. */
export const checkCommands = (commands: readonly JsonObject[], path: Path = []): Problem[] => {
  const names = commands.map(({ name, type = CHAT_INPUT }) => `${String(type)} ${String(name)}`);
  return [
    ...(commands.filter(({ type = CHAT_INPUT }) => type === CHAT_INPUT).length > limits.commands
      ? [problem(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${limits.commands} or fewer in length.`)]
      : []),
    ...commands.flatMap((command, index) => [
      ...checkCommand(command, [...path, index]),
      ...(names.indexOf(names[index] ?? '') < index
        ? [
            problem(
              [...path, index, 'name'],
              'APPLICATION_COMMANDS_DUPLICATE_NAME',
              'Application command names must be unique',
            ),
          ]
        : []),
    ]),
  ];
};

/** Problems of one command. */
export const checkCommand = (command: JsonObject, path: Path = []): Problem[] => {
  const type = command.type ?? CHAT_INPUT;
  if (type !== CHAT_INPUT)
    return [
      ...checkOneOf(type, [...path, 'type'], [1, 2, 3]),
      ...checkText(command.name, [...path, 'name'], { min: 1, max: limits.commandName, needed: true }),
      ...(command.description
        ? [
            problem(
              [...path, 'description'],
              'APPLICATION_COMMAND_INVALID_DESCRIPTION',
              'Context menu commands cannot have description',
            ),
          ]
        : []),
    ];
  const total = textLength(command);
  return [
    ...checkNames(command, path),
    ...checkOptions(command.options, [...path, 'options'], 0),
    ...(total > limits.commandTotal
      ? [
          problem(
            path,
            'APPLICATION_COMMAND_TOO_LARGE',
            `Command exceeds maximum size (${limits.commandTotal})`,
          ),
        ]
      : []),
  ];
};

const checkNames = ({ name, description }: JsonObject, path: Path): Problem[] => [
  ...checkText(name, [...path, 'name'], { min: 1, max: limits.commandName, needed: true }),
  ...(typeof name === 'string' && (!NAME_PATTERN.test(name) || name !== name.toLowerCase())
    ? [problem([...path, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')]
    : []),
  ...checkText(description, [...path, 'description'], {
    min: 1,
    max: limits.commandDescription,
    needed: true,
  }),
];

/** `depth` 0: a command's; 1: a group's; 2: a subcommand's, which holds plain options only. */
const checkOptions = (value: unknown, path: Path, depth: number): Problem[] => {
  const options = objectsOf(value);
  const names = options.map(({ name }) => name);
  const someNested = options.some(({ type }) => NESTED.includes(type));
  const mixed =
    someNested && options.some(({ type }) => !NESTED.includes(type))
      ? [
          problem(
            path,
            'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
            'Sub-command and sub-command group option types are mutually exclusive to all other types',
          ),
        ]
      : [];
  const firstOptional = options.findIndex(({ required }) => required !== true);
  return [
    ...mixed,
    ...checkList(value, path, { max: limits.commandOptions }, (option, at) => {
      const index = Number(at.at(-1));
      return [
        ...checkOption(option, at, depth),
        ...(names.indexOf(option.name) < index
          ? [
              problem(
                [...at, 'name'],
                'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
                `Option name already exists: ${String(option.name)}`,
              ),
            ]
          : []),
        ...(option.required === true && firstOptional !== -1 && firstOptional < index
          ? [
              problem(
                at,
                'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
                'Required options must be placed before non-required options',
              ),
            ]
          : []),
      ];
    }),
  ];
};

const checkOption = (option: JsonObject, path: Path, depth: number): Problem[] => {
  const types =
    depth === 0 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] : depth === 1 ? [1] : [3, 4, 5, 6, 7, 8, 9, 10, 11];
  const inside = [...path, 'options'];
  const parts =
    option.type === optionType.group
      ? checkOptions(option.options, inside, 1)
      : option.type === optionType.subcommand
        ? checkOptions(option.options, inside, 2)
        : checkPlain(option, path);
  return [...checkOneOf(option.type, [...path, 'type'], types), ...checkNames(option, path), ...parts];
};

const checkPlain = (option: JsonObject, path: Path): Problem[] => {
  const choices = objectsOf(option.choices);
  const invalid = (key: string, words: string): Problem[] => [
    problem([...path, key], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', words),
  ];
  return [
    ...checkBoolean(option.required, [...path, 'required']),
    ...checkBoolean(option.autocomplete, [...path, 'autocomplete']),
    ...checkInteger(option.min_length, [...path, 'min_length'], { min: 0, max: 6_000 }),
    ...checkInteger(option.max_length, [...path, 'max_length'], { min: 1, max: 6_000 }),
    ...(option.autocomplete === true && choices.length > 0
      ? invalid('autocomplete', 'Autocomplete and choices cannot both be set')
      : []),
    ...((option.autocomplete === true || choices.length > 0) && !WITH_CHOICES.includes(option.type)
      ? invalid('type', 'Only string, integer and number options have choices or autocomplete')
      : []),
    ...checkChoices(option.choices, [...path, 'choices'], option.type),
  ];
};

/** Problems of an option's choices, also those of an autocomplete answer. */
export const checkChoices = (value: unknown, path: Path, type: unknown): Problem[] =>
  checkList(value, path, { max: limits.choices }, (choice, at) => [
    ...checkText(choice.name, [...at, 'name'], { min: 1, max: limits.choiceText, needed: true }),
    ...(type === optionType.string
      ? checkText(choice.value, [...at, 'value'], { min: 1, max: limits.choiceText, needed: true })
      : typeof choice.value === 'number'
        ? []
        : [
            problem(
              [...at, 'value'],
              'NUMBER_TYPE_COERCE',
              `Value "${String(choice.value)}" is not a number.`,
            ),
          ]),
  ]);

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

/** Length of names, descriptions and values of a command with all its options: at most 8,000. */
const textLength = (part: JsonObject): number =>
  lengthOf(part.name) +
  lengthOf(part.description) +
  lengthOf(part.value) +
  [...objectsOf(part.options), ...objectsOf(part.choices)].reduce((sum, one) => sum + textLength(one), 0);

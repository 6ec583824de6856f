import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { AutocompleteRequest, CommandRequest, OptionValue, SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids } from '../guild/ids.ts';
import { optionType } from '../validate/validate-commands.ts';
import { channelFor, ImpossibleAct, interact, memberOf } from './acts.ts';
import { resolved } from './interaction-payloads.ts';
import { interactionType } from './interactions.ts';

/** Commands that a person runs, within the limits of Discord's client. */
export const createCommandActs = (core: Core): Pick<SandboxActs, 'command' | 'autocomplete'> => ({
  command: async (request) => {
    const { user, channel } = placeOf(request, core);
    const { command, path, options } = findCommand(request.command, core);
    const given = request.options ?? {};
    refuseOptions(options, given);
    const { result } = await interact(core, {
      type: interactionType.command,
      user,
      channel,
      data: commandData(command, path, optionsData(options, given), given, core),
      name: path.join(' '),
    });
    return result;
  },
  autocomplete: async (request) => {
    const { user, channel } = placeOf(request, core);
    const { command, path, options } = findCommand(request.command, core);
    const option = options.find(({ name }) => name === request.focused);
    if (option?.autocomplete !== true)
      throw new ImpossibleAct(`/${request.command} suggests nothing for "${request.focused}"`);
    const given = { [request.focused]: '', ...request.options };
    const { outcome } = await interact(core, {
      type: interactionType.autocomplete,
      user,
      channel,
      data: commandData(command, path, optionsData(options, given, request.focused), given, core),
      name: path.join(' '),
    });
    return outcome?.choices ?? null;
  },
});

const placeOf = (
  { user, channel = ids.channel }: CommandRequest | AutocompleteRequest,
  core: Core,
): { readonly user: string; readonly channel: string } => {
  memberOf(user, core);
  const place = channelFor(user, channel, core);
  if (place.type !== 1 && !core.guild.may(user, 'USE_APPLICATION_COMMANDS', place))
    throw new ImpossibleAct(`${user} may use no commands in ${channel}`);
  return { user, channel };
};

interface FoundCommand {
  readonly command: JsonObject;
  /** The names of the command, its group and its subcommand, if any. */
  readonly path: readonly string[];
  readonly options: readonly JsonObject[];
}

/** Finds a command by its words; the server's own before global ones. */
const findCommand = (text: string, { guild }: Core): FoundCommand => {
  const path = text.replace(/^\//, '').split(/\s+/);
  const commands = [...guild.storage.commands(ids.guild), ...guild.storage.commands(null)];
  const command = commands.find(({ name, type }) => name === path[0] && (type ?? 1) === 1);
  if (command === undefined) throw new ImpossibleAct(`the app has no command /${path[0] ?? ''}`);
  let at = command;
  for (const word of path.slice(1)) {
    const next = objectsOf(at.options).find(({ name, type }) => name === word && (type === 1 || type === 2));
    if (next === undefined) throw new ImpossibleAct(`/${String(command.name)} has no subcommand "${word}"`);
    at = next;
  }
  const options = objectsOf(at.options);
  if (options.some(({ type }) => type === optionType.subcommand || type === optionType.group))
    throw new ImpossibleAct(`/${path.join(' ')} needs one of its subcommands`);
  return { command, path, options };
};

const { string, integer, boolean, number } = optionType;

/** @throws ImpossibleAct for anything that Discord's client would not send */
const refuseOptions = (
  options: readonly JsonObject[],
  given: Readonly<Record<string, OptionValue>>,
): void => {
  const known = options.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange !== undefined) throw new ImpossibleAct(`there is no option "${strange}"`);
  for (const option of options) {
    const value = given[String(option.name)];
    if (value !== undefined) refuseValue(option, value);
    else if (option.required === true) throw new ImpossibleAct(`"${String(option.name)}" must be given`);
  }
};

const refuseValue = (option: JsonObject, value: OptionValue): void => {
  const why = wrongValue(option, value);
  if (why !== null) throw new ImpossibleAct(`"${String(option.name)}" ${why}`);
};

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** Why an option does not take a value, or null. */
const wrongValue = (option: JsonObject, value: OptionValue): string | null => {
  const choices = objectsOf(option.choices).map((choice) => choice.value);
  if (choices.length > 0 && !choices.includes(value)) return `has no choice "${String(value)}"`;
  if (option.type === boolean) return typeof value === 'boolean' ? null : 'is true or false';
  if (option.type === integer || option.type === number) {
    if (typeof value !== 'number') return 'is a number';
    if (option.type === integer && !Number.isInteger(value)) return 'is a whole number';
    const least = numberOr(option.min_value, Number.NEGATIVE_INFINITY);
    const most = numberOr(option.max_value, Number.POSITIVE_INFINITY);
    return value < least || value > most ? `is from ${least} to ${most}` : null;
  }
  if (typeof value !== 'string') return 'is a text';
  const max = numberOr(option.max_length, 6_000);
  const min = numberOr(option.min_length, 0);
  return option.type === string && (value.length > max || value.length < min)
    ? `has ${min} to ${max} characters`
    : null;
};

const optionsData = (
  options: readonly JsonObject[],
  given: Readonly<Record<string, OptionValue>>,
  focused?: string,
): JsonObject[] =>
  options.flatMap(({ name, type }) => {
    const value = given[String(name)];
    if (value === undefined) return [];
    return [{ name, type, value, ...(name === focused ? { focused: true } : {}) }];
  });

/** Options are nested in their subcommand, and that in its group. */
const commandData = (
  command: JsonObject,
  path: readonly string[],
  options: readonly JsonObject[],
  given: Readonly<Record<string, OptionValue>>,
  core: Core,
): JsonObject => {
  const nested = path
    .slice(1)
    .reduceRight<readonly JsonObject[]>(
      (inside, name, index) => [{ name, type: index === path.length - 2 ? 1 : 2, options: inside }],
      options,
    );
  const named = Object.values(given).filter((value) => typeof value === 'string');
  return {
    id: command.id,
    name: command.name,
    type: 1,
    options: nested,
    resolved: resolved(named, core),
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
  };
};

import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { OptionValue } from '../controls.ts';

/** A command that can be run, with its subcommand if any. */
export interface RunnableCommand {
  /** `finkvra show` */
  readonly path: string;
  readonly description: string;
  readonly options: readonly JsonObject[];
}

/** A line that begins with `/`, parsed as far as possible. */
export interface ReadLine {
  readonly command: RunnableCommand;
  readonly values: Readonly<Record<string, OptionValue>>;
  /** The text option being typed. */
  readonly typing: JsonObject | undefined;
}

/** Every command with every subcommand, in the app's order. */
export const runnable = (commands: readonly JsonObject[]): RunnableCommand[] =>
  commands.flatMap((command) => leaves(command, ''));

const leaves = (part: JsonObject, before: string): RunnableCommand[] => {
  const path = `${before}${String(part.name)}`;
  const options = objectsOf(part.options);
  const nested = options.filter(({ type }) => type === 1 || type === 2);
  return nested.length > 0
    ? nested.flatMap((one) => leaves(one, `${path} `))
    : [{ path, description: String(part.description), options }];
};

/** Commands that begin with a line. */
export const suggested = (line: string, commands: readonly RunnableCommand[]): RunnableCommand[] => {
  const typed = line.slice(1).toLowerCase();
  return commands.filter(
    ({ path }) => path.startsWith(typed) || typed === path || typed.startsWith(`${path} `),
  );
};

/**
 * Parses `/finkvra show ZTF17aaaaaaa` or `… object:ZTF17aaaaaaa`: options by name or in their order; the last
 * unnamed one takes the rest of the line. Null if it is not a command.
 */
export const readLine = (line: string, commands: readonly RunnableCommand[]): ReadLine | null => {
  const text = line.slice(1);
  const command = commands
    .filter(({ path }) => text === path || text.startsWith(`${path} `))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  if (command === undefined) return null;
  const named: Record<string, OptionValue> = {};
  const rest = text
    .slice(command.path.length)
    .replaceAll(/(?:^|\s)([\w-]+):("[^"]*"|\S*)/g, (whole: string, name: string, value: string) => {
      const option = command.options.find((one) => one.name === name);
      if (option === undefined) return whole;
      named[name] = optionValue(option, value.replaceAll('"', ''));
      return '';
    })
    .trim();
  const open = command.options.filter(({ name }) => named[String(name)] === undefined);
  const words = rest === '' ? [] : rest.split(/\s+/);
  for (const [index, option] of open.entries()) {
    const last = index === open.length - 1;
    const word = last ? words.slice(index).join(' ') : words[index];
    if (word !== undefined && word !== '') named[String(option.name)] = optionValue(option, word);
  }
  const typing = open[Math.max(0, words.length - 1)] ?? command.options.at(-1);
  return { command, values: named, typing };
};

const optionValue = (option: JsonObject, text: string): OptionValue => {
  const choice = objectsOf(option.choices).find(({ name }) => name === text)?.value;
  if (typeof choice === 'string' || typeof choice === 'number') return choice;
  if (option.type === 4 || option.type === 10) return Number(text);
  return option.type === 5 ? text === 'true' : text;
};

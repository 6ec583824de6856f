import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { FinkvraError, messageOf } from '../lib/errors.ts';

export interface OutOptions {
  /** What the service keeps; no command writes a result into it. */
  readonly dataDir: string;
  /** Whether a file that is there is replaced; `--force`. */
  readonly force?: boolean | undefined;
  /** Endings of files that the command can write, such as `.csv`; any without it. */
  readonly endings?: readonly string[];
}

/** Where a command writes what it was asked for. */
export interface OutFile {
  /** As it was given. */
  readonly path: string;
  /** Has `fill` write a file beside the one wanted, and puts it there once it is whole. */
  write(fill: (draft: string) => Promise<unknown> | unknown): Promise<void>;
}

/**
 * A file that a command was told to write, looked at before the work begins.
 * @throws FinkvraError saying what to name instead
 */
export const outFile = (path: string, { dataDir, force = false, endings }: OutOptions): OutFile => {
  const ending = extname(path).toLowerCase();
  if (endings !== undefined && !endings.includes(ending)) {
    const what = ending === '' ? 'has no ending' : `ends in ${ending}`;
    throw new FinkvraError(`${path} ${what}: name a file that ends in ${choices(endings)}.`);
  }
  const folder = realFolder(path);
  const present = statSync(path, { throwIfNoEntry: false });
  if (present?.isDirectory()) throw new FinkvraError(`${path} is a folder: name a file.`);
  // A pipe or a device, such as /dev/stdout, is written to as it is.
  if (present !== undefined && !present.isFile()) {
    return { path, write: async (fill) => void (await fill(path)) };
  }
  // Through a link to the file that it stands for.
  const target = present === undefined ? join(folder, basename(path)) : realpathSync(path);
  if (isInside(target, dataDir)) {
    throw new FinkvraError(
      `${path} is in the data folder ${dataDir}, where the service keeps the store: name a file elsewhere.`,
    );
  }
  if (present !== undefined && !force) {
    throw new FinkvraError(`${path} is there already: name another file, or replace it with --force.`);
  }
  return { path, write: (fill) => replace(path, target, fill) };
};

const choices = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const realFolder = (path: string): string => {
  const folder = dirname(resolve(path));
  try {
    return realpathSync(folder);
  } catch {
    throw new FinkvraError(`There is no folder ${folder} for ${path}: make it first, or name another one.`);
  }
};

const isInside = (target: string, folder: string): boolean => {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return false;
  const way = relative(realpathSync(folder), target);
  return (
    way === '' || !(way === '..' || way.startsWith('../') || way.startsWith('..\\') || resolve(way) === way)
  );
};

const replace = async (
  path: string,
  target: string,
  fill: (draft: string) => Promise<unknown> | unknown,
): Promise<void> => {
  // The ending stays: some writers go by it.
  const draft = join(dirname(target), `.${process.pid}-${basename(target)}`);
  try {
    await fill(draft);
    const file = openSync(draft, 'r+');
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    if (error instanceof FinkvraError) throw error;
    throw new FinkvraError(`${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
};

/** The option that goes with every file to write. */
export const FORCE = ['--force', 'replace a file that is there'] as const;

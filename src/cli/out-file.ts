import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { FinkvraError, messageOf } from '../lib/errors.ts';

export interface OutOptions {
  /** The service's folder; no command writes results into it. */
  readonly dataDir: string;
  /** Whether to replace an existing file; `--force`. */
  readonly force?: boolean | undefined;
  /** Endings that the command can write, such as `.csv`; any if absent. */
  readonly endings?: readonly string[];
}

/** The file that a command writes. */
export interface OutFile {
  /** The path as given. */
  readonly path: string;
  /** Lets `fill` write a temporary file beside it, and renames that once it is complete. */
  write(fill: (draft: string) => Promise<unknown> | unknown): Promise<void>;
}

/**
 * Checks a file to write before the work begins.
 * @throws FinkvraError that says what to name instead
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
  // Pipes and devices, such as /dev/stdout, are written directly.
  if (present !== undefined && !present.isFile()) {
    return { path, write: async (fill) => void (await fill(path)) };
  }
  // Follow a link to its file.
  const target = present === undefined ? join(folder, basename(path)) : realpathSync(path);
  if (isInside(target, dataDir)) {
    throw new FinkvraError(
      `${path} is in the data folder ${dataDir}, where the service keeps the store: name a file elsewhere.`,
    );
  }
  if (present !== undefined && !force) {
    throw new FinkvraError(`${path} exists already: name another file, or replace it with --force.`);
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
  // Keep the ending: some writers choose the format by it.
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

/** The option of all commands that write a file. */
export const FORCE = ['--force', 'replace an existing file'] as const;

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, FinkvraError } from '../lib/errors.ts';

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, it is only somebody else's.
    return codeOf(error) === 'EPERM';
  }
};

const holderOf = (path: string): number | null => {
  try {
    const pid = Number(readFileSync(path, 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // no file, or one that is being written: the exclusive create below decides
  }
};

/**
 * Makes sure that one service at a time works on a data folder: two would post everything twice. A lock
 * left by a process that died is taken over.
 * @returns a function that gives the lock back
 * @throws FinkvraError naming the process that holds it
 */
export const takeServiceLock = (path: string): (() => void) => {
  mkdirSync(dirname(path), { recursive: true });
  const holder = holderOf(path);
  if (holder !== null && holder !== process.pid) {
    if (isRunning(holder)) {
      throw new FinkvraError(
        `Another finkvra service (process ${holder}) works on ${dirname(path)}: stop it first, or set DATA_DIR to another folder.`,
      );
    }
    rmSync(path, { force: true });
  }
  writeFileSync(path, `${process.pid}\n`, { flag: 'w' });
  return () => rmSync(path, { force: true });
};

import { CommanderError } from 'commander';
import type { Environment } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import type { Output } from './output.ts';
import { createProgram } from './program.ts';

/**
 * Runs what the arguments say. What it prints and what it reads of the environment is passed in, so that tests can
 * run it in place.
 * @returns the exit code: 2 for a command that nobody knows, 1 for one that failed
 */
export const runCommand = async (
  args: readonly string[],
  output: Output,
  readEnvironment: () => Promise<Environment>,
): Promise<number> => {
  try {
    const program = await createProgram(output, args, readEnvironment);
    await program.parseAsync([...args], { from: 'user' });
    return output.exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (args.includes('--json')) output.print(JSON.stringify({ error: messageOf(error) }));
    output.note(`finkvra: ${messageOf(error)}`);
    return 1;
  }
};

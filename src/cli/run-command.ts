import { CommanderError } from 'commander';
import type { Environment } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import type { Output } from './output.ts';
import { createProgram } from './program.ts';

/**
 * Runs the command line. Output and environment are passed in, so that tests can run it in-process.
 * @returns the exit code: 0, 1 for a command that failed, 2 for an unknown one
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

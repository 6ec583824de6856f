import { CommanderError } from 'commander';
import { messageOf } from '../lib/errors.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';

/** Runs what the arguments say; resolves to the exit code: 2 for a command that nobody knows, 1 for one that failed. */
const main = async (): Promise<number> => {
  const output = createOutput();
  try {
    await createProgram(output).parseAsync();
    return output.exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (process.argv.includes('--json')) output.print(JSON.stringify({ error: messageOf(error) }));
    output.note(`finkvra: ${messageOf(error)}`);
    return 1;
  }
};

process.exitCode = await main();

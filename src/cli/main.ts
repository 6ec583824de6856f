import { CommanderError } from 'commander';
import type { Environment } from '../config/config.ts';
import { messageOf } from '../lib/errors.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';

/** Loaded only by commands that need it; `finkvra --help` does not. */
const environment = async (): Promise<Environment> => {
  const { processEnvironment } = await import('../config/config.ts');
  const { secretsIn } = await import('../config/settings.ts');
  const { withholdSecrets } = await import('../lib/withhold-secrets.ts');
  const read = processEnvironment();
  withholdSecrets(secretsIn(read), [process.stdout, process.stderr]);
  return read;
};

/** Runs the command line. @returns the exit code: 0, 1 for a command that failed, 2 for an unknown one */
const main = async (): Promise<number> => {
  const output = createOutput();
  try {
    const args = process.argv.slice(2);
    const program = await createProgram(output, args, environment);
    await program.parseAsync(args, { from: 'user' });
    return output.exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (process.argv.includes('--json')) output.print(JSON.stringify({ error: messageOf(error) }));
    output.note(`finkvra: ${messageOf(error)}`);
    return 1;
  }
};

process.exitCode = await main();

import type { Environment } from '../config/config.ts';
import { createOutput } from './output.ts';
import { runCommand } from './run-command.ts';

/** Loaded when a command needs it: `finkvra --help` does not. */
const environment = async (): Promise<Environment> => {
  const { processEnvironment } = await import('../config/config.ts');
  const { secretsIn } = await import('../config/settings.ts');
  const { withholdSecrets } = await import('../lib/withhold-secrets.ts');
  const read = processEnvironment();
  withholdSecrets(secretsIn(read), [process.stdout, process.stderr]);
  return read;
};

process.exitCode = await runCommand(process.argv.slice(2), createOutput(), environment);

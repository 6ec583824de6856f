#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { exportCommand } from './cli/export.ts';
import { featuresCommand } from './cli/features.ts';
import { createOutput, type Output } from './cli/output.ts';
import { pullCommand } from './cli/pull.ts';
import { statusCommand } from './cli/status.ts';
import { processEnvironment } from './config.ts';
import { messageOf } from './errors.ts';

/** The whole command line; `output` and `env` are passed in so that tests can run it in place. */
export const createProgram = (output: Output, env = processEnvironment()): Command => {
  const program = new Command('finkvra')
    .description('Label Fink alerts from Slack and train a galactic / not galactic model by active learning.')
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .showHelpAfterError('(finkvra --help says what there is)')
    .exitOverride();
  program.addCommand(pullCommand(output, env));
  program.addCommand(featuresCommand(output, env));
  program.addCommand(statusCommand(output, env));
  program.addCommand(exportCommand(output, env));
  // Subcommands are made apart, so they do not inherit these two by themselves.
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
};

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

if (import.meta.main) process.exitCode = await main();

#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { doctorCommand } from './cli/doctor.ts';
import { dustCommand } from './cli/dust.ts';
import { exportCommand } from './cli/export.ts';
import { featuresCommand } from './cli/features.ts';
import { importCommand } from './cli/import.ts';
import { importanceCommand } from './cli/importance.ts';
import { modelsCommand } from './cli/models.ts';
import { createOutput, type Output } from './cli/output.ts';
import { pullCommand } from './cli/pull.ts';
import { quarantineCommand } from './cli/quarantine.ts';
import { showCommand } from './cli/show.ts';
import { simulateCommand } from './cli/simulate.ts';
import { statusCommand } from './cli/status.ts';
import { processEnvironment } from './config.ts';
import { messageOf } from './errors.ts';

/** The whole command line; `output` and `env` are passed in so that tests can run it in place. */
export const createProgram = (output: Output, env = processEnvironment()): Command => {
  const program = new Command('finkvra')
    .description(
      'Label Fink alerts from Slack and train a model (galactic or not, real or bogus, transient or not) by active learning.',
    )
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .showHelpAfterError('(finkvra --help says what there is)')
    .exitOverride();
  program.addCommand(pullCommand(output, env));
  program.addCommand(featuresCommand(output, env));
  program.addCommand(statusCommand(output, env));
  program.addCommand(showCommand(output, env));
  program.addCommand(exportCommand(output, env));
  program.addCommand(simulateCommand(output, env));
  program.addCommand(importanceCommand(output, env));
  program.addCommand(modelsCommand(output, env));
  program.addCommand(importCommand(output, env));
  program.addCommand(quarantineCommand(output, env));
  program.addCommand(dustCommand(output, env));
  program.addCommand(doctorCommand(output, env));
  // Subcommands are made apart, so they do not inherit these two by themselves.
  const inherit = (parent: Command): void => {
    for (const command of parent.commands) {
      command.copyInheritedSettings(parent);
      inherit(command);
    }
  };
  inherit(program);
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

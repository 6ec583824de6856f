import { Command } from 'commander';
import { processEnvironment } from '../config/config.ts';
import { doctorCommand } from './doctor.ts';
import { dustCommand } from './dust.ts';
import { exportCommand } from './export.ts';
import { featuresCommand } from './features.ts';
import { importCommand } from './import.ts';
import { importanceCommand } from './importance.ts';
import { modelsCommand } from './models.ts';
import type { Output } from './output.ts';
import { pullCommand } from './pull.ts';
import { quarantineCommand } from './quarantine.ts';
import { showCommand } from './show.ts';
import { simulateCommand } from './simulate.ts';
import { statusCommand } from './status.ts';

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

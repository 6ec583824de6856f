import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Environment } from '../config/config.ts';
import type { Output } from './output.ts';

/** A command of `finkvra`; its module is loaded only when it runs. */
interface Entry {
  readonly name: string;
  /** Its required arguments, for the list of commands. */
  readonly takes?: string;
  readonly description: string;
  load(): Promise<(output: Output, env: Environment) => Command>;
}

/** In the order of `finkvra --help`. A new command is a file in `commands/` and an entry here. */
export const COMMANDS: readonly Entry[] = [
  {
    name: 'pull',
    description: 'Read alerts into the store: from files, from a topic, or from the configured source.',
    load: async () => (await import('./commands/pull.ts')).pullCommand,
  },
  {
    name: 'serve',
    description: 'The service without the pull of alerts; with STORE_URL a second one waits to take over.',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'ingest',
    description:
      'Pull alerts on the schedule beside finkvra serve, in as many processes as you like (STORE_URL).',
    load: async () => (await import('./commands/serve.ts')).ingestCommand,
  },
  {
    name: 'features',
    description:
      'Compute the 21 features of alerts in files (packets, or archive files of pulls); nothing is stored.',
    load: async () => (await import('./commands/features.ts')).featuresCommand,
  },
  {
    name: 'status',
    description: 'The current state: the open round, labels, the last rounds, the last and the next pull.',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'show',
    takes: '<objectId>',
    description: 'What the store knows of an object; with --out its stamps and light curve as a picture.',
    load: async () => (await import('./commands/show.ts')).showCommand,
  },
  {
    name: 'export',
    takes: '<what>',
    description: 'Export the store’s tables.',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  {
    name: 'simulate',
    description:
      'Simulate active learning on a labelled table or on the store’s labels: compares strategies and engines on held-out objects.',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand,
  },
  {
    name: 'importance',
    description: 'Feature importance in the latest model: the loss of ROC-AUC when a feature is shuffled.',
    load: async () => (await import('./commands/importance.ts')).importanceCommand,
  },
  {
    name: 'models',
    description: 'Models of the rounds, and which of them is the champion.',
    load: async () => (await import('./commands/models.ts')).modelsCommand,
  },
  {
    name: 'rounds',
    description: 'Close the open round before all candidates are answered.',
    load: async () => (await import('./commands/rounds.ts')).roundsCommand,
  },
  {
    name: 'starter',
    description: 'Labels of others that a model can start from (START=starter): show, export, build.',
    load: async () => (await import('./commands/starter.ts')).starterCommand,
  },
  {
    name: 'import',
    description: "Import the reference program's files.",
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  {
    name: 'quarantine',
    description: 'Packets that could not be read: list, show, retry, discard.',
    load: async () => (await import('./commands/quarantine.ts')).quarantineCommand,
  },
  {
    name: 'dust',
    description: 'The dust maps behind the feature ebv.',
    load: async () => (await import('./commands/dust.ts')).dustCommand,
  },
  {
    name: 'backup',
    description: 'Copy the store while it is in use, and check the copy.',
    load: async () => (await import('./commands/store/backup.ts')).backupCommand,
  },
  {
    name: 'restore',
    takes: '<file>',
    description: 'Replace the store by a backup; the previous store is kept beside it.',
    load: async () => (await import('./commands/store/restore.ts')).restoreCommand,
  },
  {
    name: 'prune',
    description:
      'Delete the stamps of old alerts that are no longer needed (STAMP_NIGHTS); --dry-run only shows them.',
    load: async () => (await import('./commands/store/prune.ts')).pruneCommand,
  },
  {
    name: 'store',
    description: 'Copy the whole store to a PostgreSQL database, or back to a file: store copy --to <place>.',
    load: async () => (await import('./commands/store/copy.ts')).storeCommand,
  },
  {
    name: 'doctor',
    description: 'Check everything the service needs; each line is ok, missing or wrong, with what to do.',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  },
];

const chosenName = (args: readonly string[]): string | undefined => {
  const [first, second] = args;
  return first === 'help' ? second : first;
};

/** A command that does not run: only its line in the list. */
const listed = (name: string, takes: string | undefined): Command =>
  takes === undefined ? new Command(name) : new Command(name).arguments(takes);

const version = (): string => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return `${version} (Node ${process.versions.node})`;
};

/**
 * The command line for these arguments: the command that they name in full, the others by name and description.
 * Output and environment are passed in, so that tests can run it in-process.
 */
export const createProgram = async (
  output: Output,
  args: readonly string[],
  readEnvironment: () => Promise<Environment>,
): Promise<Command> => {
  const program = new Command('finkvra')
    .description(
      'Label Fink alerts from Slack or Discord and train a model (galactic or not, real or bogus, transient or not) by active learning.',
    )
    .version(version())
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .showHelpAfterError('(finkvra --help says what there is)')
    .exitOverride();
  const chosen = chosenName(args);
  for (const { name, takes, description, load } of COMMANDS) {
    const command = name === chosen ? (await load())(output, await readEnvironment()) : listed(name, takes);
    program.addCommand(command.description(description));
  }
  // Subcommands do not inherit these two settings.
  const inherit = (parent: Command, path: string): void => {
    for (const command of parent.commands) {
      const called = `${path} ${command.name()}`;
      command.copyInheritedSettings(parent).showHelpAfterError(`(${called} --help says what it takes)`);
      inherit(command, called);
    }
  };
  inherit(program, 'finkvra');
  return program;
};

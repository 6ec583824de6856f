import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Environment, readConfig } from '../../../config/config.ts';
import { backupName } from '../../../store/backup/backups.ts';
import { type Backup, writeBackup } from '../../../store/backup/write-backup.ts';
import { assertExistingStore, assertInFile } from '../../cli-store.ts';
import { FORCE, outFile } from '../../out-file.ts';
import type { Output } from '../../output.ts';

interface BackupFlags {
  readonly to?: string;
  readonly withStamps?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const backupCommand = (output: Output, env: Environment): Command =>
  new Command('backup')
    .option('--to <path>', 'file or folder; by default backups in DATA_DIR')
    .option('--with-stamps', 'copy the stamps too, into a folder beside the copy')
    .option(...FORCE)
    .option('--json', 'print one JSON document')
    .action(async (flags: BackupFlags) => {
      const config = readConfig(env);
      const { dataDir, databasePath } = config;
      assertInFile(config, 'pg_dump --format=custom makes a backup of it, while the service runs.');
      await assertExistingStore(config);
      const now = new Date();
      const stopping = new AbortController();
      const stop = (): void => stopping.abort(new Error('stopped; no backup was made'));
      process.once('SIGINT', stop).once('SIGTERM', stop);
      const copy = (to?: string, lastPlace?: string): Promise<Backup> =>
        writeBackup({
          databasePath,
          now,
          kind: 'manual',
          withStamps: flags.withStamps === true,
          to,
          lastPlace,
          signal: stopping.signal,
        });
      try {
        output.progress('copying ...');
        const made =
          flags.to === undefined ? await copy() : await copyTo(flags.to, dataDir, now, flags, copy);
        output.progress(null);
        output.print(flags.json === true ? JSON.stringify(made, null, 2) : words(made));
      } finally {
        process.off('SIGINT', stop).off('SIGTERM', stop);
      }
    });

const copyTo = async (
  path: string,
  dataDir: string,
  now: Date,
  flags: BackupFlags,
  copy: (to: string, lastPlace: string) => Promise<Backup>,
): Promise<Backup> => {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const out = outFile(isFolder ? join(path, backupName(now, 'manual')) : path, {
    dataDir,
    ...flags,
    endings: ['.sqlite'],
  });
  let made: Backup | null = null;
  await out.write(async (draft) => {
    made = { ...(await copy(draft, out.path)), path: out.path };
  });
  if (made === null) throw new Error('the backup was not written');
  return made;
};

const words = ({ path, bytes, rows, withStamps, stamps }: Backup): string =>
  [
    `${path} (${(bytes / 1e6).toFixed(1)} MB), checked: ${rows.answers ?? 0} answers, ${rows.labels ?? 0} labels, ${rows.rounds ?? 0} rounds, ${rows.models ?? 0} models, ${rows.alerts ?? 0} alerts.`,
    ...(withStamps
      ? stamps === null
        ? []
        : [`Its stamps are in ${stamps}: keep the two together.`]
      : ['Without stamps: if it is restored elsewhere, cards have none (--with-stamps copies them).']),
  ].join('\n');

import { Command } from 'commander';
import { type Environment, readConfig } from '../../../config/config.ts';
import { takeServiceLock } from '../../../service/service-lock.ts';
import { storeFolder } from '../../../service/store-place.ts';
import { assertRestorable, restoreStore } from '../../../store/backup/restore-store.ts';
import { lookIntoStore } from '../../../store/store-kind.ts';
import { assertInFile, configForReal } from '../../cli-store.ts';
import type { Output } from '../../output.ts';

/** Whether a file holds real alerts. A file that is not a store is reported when it is read. */
const holdsReal = (file: string): boolean => {
  try {
    return lookIntoStore(file)?.real === true;
  } catch {
    return false; // not an SQLite file: the restore reports it
  }
};

export const restoreCommand = (output: Output, env: Environment): Command =>
  new Command('restore')
    .argument('<file>', 'a backup, or a copy of a store')
    .option('--json', 'print one JSON document')
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      const config = holdsReal(file) ? configForReal(env) : readConfig(env);
      const { databasePath } = config;
      assertInFile(
        config,
        'pg_restore brings a backup of pg_dump back into a new database; finkvra store copy takes a file there.',
      );
      // Before the lock, which creates the folder.
      assertRestorable(file);
      // Keeps services from starting; none is running.
      const unlock = takeServiceLock(storeFolder(config));
      try {
        const { kept, bytes } = await restoreStore(file, databasePath, new Date());
        const restored = { restored: file, store: databasePath, bytes, kept };
        if (flags.json === true) {
          output.print(JSON.stringify(restored, null, 2));
          return;
        }
        output.print(`${file} is the store now (${databasePath}). Start the service again.`);
        if (kept !== null) output.print(`The previous store is ${kept}: delete it once all is well.`);
      } finally {
        unlock();
      }
    });

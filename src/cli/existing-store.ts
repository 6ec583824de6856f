import { existsSync } from 'node:fs';
import { FinkvraError } from '../lib/errors.ts';
import { type Db, openStore } from '../store/open-store.ts';

/** Opens the store to read what is in it; one that is not there is not made, but told. */
export const openExistingStore = async (databasePath: string): Promise<Db> => {
  if (!existsSync(databasePath)) {
    throw new FinkvraError(
      `There is no store at ${databasePath} yet: start the service (npm start) or pull alerts (finkvra pull --from <path>).`,
    );
  }
  return openStore(databasePath);
};

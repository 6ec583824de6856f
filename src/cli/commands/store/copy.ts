import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { type Config, type Environment, readConfig, type StorePlace } from '../../../config/config.ts';
import { FinkvraError } from '../../../lib/errors.ts';
import { takeServerLock, takeServiceLock } from '../../../service/service-lock.ts';
import { openStore } from '../../../store/open-store.ts';
import { isPostgresUrl, postgresPlace } from '../../../store/postgres/postgres-place.ts';
import { removeStore } from '../../../store/store-kind.ts';
import { type Transfer, transferStore } from '../../../store/transfer/transfer-store.ts';
import { openExistingStore } from '../../cli-store.ts';
import type { Output } from '../../output.ts';

interface CopyFlags {
  readonly to: string;
  readonly json?: boolean;
}

const targetOf = (to: string, { store }: Config): StorePlace => {
  if (isPostgresUrl(to)) {
    const server = postgresPlace(to);
    if (server.shown === store.server?.shown)
      throw new FinkvraError(`${server.shown} is the store itself: name another database with --to.`);
    return { place: to, shown: server.shown, server };
  }
  const path = resolve(to);
  if (!path.endsWith('.sqlite'))
    throw new FinkvraError(
      `${to} is neither a database (postgres://user:password@host:5432/database) nor a file that ends in .sqlite.`,
    );
  if (existsSync(path))
    throw new FinkvraError(`There is a file ${path} already: name one that is not there with --to.`);
  return { place: path, shown: path, server: null };
};

/** Keeps services from a store while it is copied. @returns what gives it free */
const lockStore = async ({ place, server }: StorePlace): Promise<() => unknown> =>
  server === null ? takeServiceLock(dirname(place)) : takeServerLock(server);

const copy = async (flags: CopyFlags, output: Output, config: Config): Promise<Transfer & { to: string }> => {
  const target = targetOf(flags.to, config);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new FinkvraError('Stopped; nothing was copied.'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const ends: (() => unknown)[] = [];
  let isDone = false;
  try {
    const from = await openExistingStore(config, output);
    ends.push(() => from.destroy());
    ends.push(await lockStore(config.store));
    const to = await openStore(target.place);
    ends.push(async () => {
      await to.destroy();
      // A file was made for the copy alone.
      if (!isDone && target.server === null) removeStore(target.place);
    });
    ends.push(await lockStore(target));
    const done = await transferStore(from, to, target.shown, {
      signal: stopping.signal,
      onProgress: (table, rows) => output.progress(`copying ${table}: ${rows}`),
    });
    isDone = true;
    return { to: target.shown, ...done };
  } finally {
    output.progress(null);
    process.off('SIGINT', stop).off('SIGTERM', stop);
    for (const end of ends.reverse()) await end();
  }
};

const words = (config: Config, { to, rows, stamps, lostStamps, why }: Transfer & { to: string }): string => {
  const next = isPostgresUrl(to) ? 'set STORE_URL to it' : 'move it into DATA_DIR, and unset STORE_URL';
  return [
    `${to} has all of ${config.store.shown}: ${rows.answers ?? 0} answers, ${rows.labels ?? 0} labels, ${rows.rounds ?? 0} rounds, ${rows.models ?? 0} models, ${rows.alerts ?? 0} alerts, stamps of ${stamps}.`,
    ...(lostStamps === 0 ? [] : [`Stamps of ${lostStamps} alerts could not be read (${why}).`]),
    `To go on with it, ${next}, and start the service. The old one is as it was: keep it until all is well, and start no service on it any more.`,
  ].join('\n');
};

export const storeCommand = (output: Output, env: Environment): Command =>
  new Command('store').addCommand(
    new Command('copy')
      .description('Copy the whole store to a database on a server, or back to a file.')
      .requiredOption('--to <place>', 'postgres://user:password@host:5432/database, or a file')
      .option('--json', 'print one JSON document')
      .action(async (flags: CopyFlags) => {
        const config = readConfig(env);
        const done = await copy(flags, output, config);
        output.print(flags.json === true ? JSON.stringify(done, null, 2) : words(config, done));
      }),
  );

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { statusContent } from '../bot/content/status.ts';
import { type Environment, readConfig } from '../config.ts';
import { FinkvraError } from '../errors.ts';
import { nextRun } from '../loop/next-run.ts';
import { readStatus } from '../loop/status.ts';
import { openStore } from '../store/open-store.ts';
import type { Output } from './output.ts';

export const statusCommand = (output: Output, env: Environment): Command =>
  new Command('status')
    .description('Where things stand: the open round, labels, the last rounds, the last and the next pull.')
    .option('--json', 'print one JSON document')
    .action(async (flags: { readonly json?: boolean }) => {
      const config = readConfig(env);
      if (!existsSync(config.databasePath)) {
        throw new FinkvraError(
          `There is no store at ${config.databasePath} yet: start the service (npm start) or pull alerts (finkvra pull --from <path>).`,
        );
      }
      const db = await openStore(config.databasePath);
      try {
        const now = new Date();
        const nextPull = config.source === 'none' ? null : nextRun(config.pull.schedule);
        const status = await readStatus(db, now, nextPull);
        if (flags.json === true) {
          output.print(JSON.stringify(status, null, 2));
          return;
        }
        const content = statusContent(status);
        output.print([content.round, content.labels].join('\n'));
        if (content.table !== null) output.print(`\n${content.table}\n${content.tableNote ?? ''}\n`);
        output.print([content.alerts, content.lastPull, content.nextPull].join('\n'));
      } finally {
        await db.destroy();
      }
    });

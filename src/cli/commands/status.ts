import { Command } from 'commander';
import { statusContent, statusLines } from '../../bot/content/status-content.ts';
import { type Environment, readConfig } from '../../config/config.ts';
import { nextRun } from '../../lib/cron-times.ts';
import { readStatus } from '../../loop/digest/status.ts';
import { openExistingStore } from '../cli-store.ts';
import type { Output } from '../output.ts';

export const statusCommand = (output: Output, env: Environment): Command =>
  new Command('status')
    .option('--json', 'print one JSON document')
    .action(async (flags: { readonly json?: boolean }) => {
      const config = readConfig(env);
      const db = await openExistingStore(config, output);
      try {
        const now = new Date();
        const nextPull = config.source === 'none' ? null : nextRun(config.pull.schedule, config.timeZone);
        const status = await readStatus(db, now, nextPull, config.modelType);
        if (flags.json === true) {
          output.print(JSON.stringify(status, null, 2));
          return;
        }
        const content = statusContent(status);
        output.print([content.round, content.labels].join('\n'));
        if (content.trouble !== null) output.print(content.trouble);
        if (content.table !== null) output.print(`\n${content.table}\n${content.tableNote ?? ''}\n`);
        if (content.numbering !== null) output.print(content.numbering);
        output.print(statusLines(content).join('\n'));
      } finally {
        await db.destroy();
      }
    });

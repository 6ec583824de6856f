import { Command } from 'commander';
import { pullWords } from '../../bot/content/status-content.ts';
import { type Environment, readConfig } from '../../config/config.ts';
import { ingestOnce, startIngestProcess } from '../../service/roles/start-ingest.ts';
import { runService } from '../../service/shutdown.ts';
import { startService } from '../../service/start-service.ts';
import type { Output } from '../output.ts';

/** Runs everything of `npm start` except pulls, until stopped. */
export const serveCommand = (_output: Output, env: Environment): Command =>
  new Command('serve').action(() =>
    runService((onIncurable, onFault) => startService(readConfig(env), onIncurable, onFault, 'serve')),
  );

/** Only pulls, beside other such processes: on schedule until stopped, or once. */
export const ingestCommand = (output: Output, env: Environment): Command =>
  new Command('ingest')
    .option('--once', 'pull once and end, instead of on the schedule')
    .option('--json', 'with --once: print the counts as one JSON document')
    .action(async (flags: { readonly once?: boolean; readonly json?: boolean }) => {
      const config = readConfig(env);
      if (flags.once !== true) return runService(() => startIngestProcess(config));
      const stopping = new AbortController();
      const stop = (): void => {
        output.note('Stopping after this batch; alerts read so far are stored.');
        stopping.abort();
      };
      process.once('SIGINT', stop).once('SIGTERM', stop);
      try {
        const summary = await ingestOnce(config, stopping.signal);
        output.print(flags.json === true ? JSON.stringify(summary, null, 2) : pullWords(summary));
        if (summary.stopped) output.fail(130);
      } finally {
        process.off('SIGINT', stop).off('SIGTERM', stop);
      }
    });

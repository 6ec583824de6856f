import { Command } from 'commander';
import { type Environment, readConfig } from '../config.ts';
import { configuredSource } from '../loop/configured-source.ts';
import { type PullSummary, pullAlerts } from '../loop/pull.ts';
import { criteria } from '../pipeline/ingest/filter-alert.ts';
import { readPath } from '../pipeline/ingest/read-path.ts';
import { openStore } from '../store/open-store.ts';
import { countSimulatedPulls, quarantineOf } from '../store/pulls.ts';
import { type Output, progressLine } from './output.ts';

interface PullFlags {
  readonly from?: string[];
  readonly filter: boolean;
  readonly limit?: string;
  readonly json?: boolean;
}

const REASONS_SHOWN = 10;

export const pullCommand = (output: Output, env: Environment): Command =>
  new Command('pull')
    .description('Read alerts into the store: from files, or from the configured source (Kafka).')
    .option('--from <path...>', 'files, folders or globs: Avro containers, Parquet, saved Kafka values')
    .option('--no-filter', 'keep every readable alert, not only those that pass the fink_vra_ztf criteria')
    .option('--json', 'print the summary as one JSON document')
    .action((flags: PullFlags) => pull(flags, output, env));

const pull = async (flags: PullFlags, output: Output, env: Environment): Promise<void> => {
  const config = readConfig(env);
  const stopping = new AbortController();
  const stop = (): void => {
    output.note('Stopping after this batch; what has been read stays.');
    stopping.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const db = await openStore(config.databasePath);
  try {
    const { name, source } =
      flags.from === undefined
        ? await configuredSource(config, await countSimulatedPulls(db), ({ message }) => output.note(message))
        : { name: flags.from.join(', '), source: await readPath(flags.from) };
    const started = performance.now();
    const summary = await pullAlerts({
      db,
      source,
      name,
      filter: flags.filter,
      clock: () => new Date(),
      signal: stopping.signal,
      onProgress: (counts, total) =>
        output.progress(progressLine(counts.read, total, (performance.now() - started) / 1000)),
    });
    output.progress(null);
    const unreadable = await quarantineOf(db, summary.pullId);
    if (flags.json === true) {
      output.print(JSON.stringify({ ...summary, unreadable }, null, 2));
    } else {
      output.print(summaryText(summary));
      for (const { where, reason } of unreadable.slice(0, REASONS_SHOWN))
        output.print(`  ${where}: ${reason}`);
      const more = unreadable.length - REASONS_SHOWN;
      if (more > 0) output.print(`  and ${more} more (--json lists them all)`);
    }
    if (summary.stopped) output.fail(130);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await db.destroy();
  }
};

const summaryText = (summary: PullSummary): string => {
  const rate =
    summary.seconds > 0 ? `, ${Math.round(summary.read / summary.seconds).toLocaleString('en')}/s` : '';
  const number = (count: number): string => String(count).padStart(7);
  const filtered = Object.values(summary.filtered).reduce((sum, count) => sum + count, 0);
  return [
    `read        ${number(summary.read)}  from ${summary.source} in ${summary.seconds.toFixed(1)} s${rate}`,
    `kept        ${number(summary.kept)}`,
    `had already ${number(summary.known)}`,
    `filtered    ${number(filtered)}`,
    ...criteria.flatMap(({ name, wording }) => {
      const count = summary.filtered[name] ?? 0;
      return count === 0 ? [] : [`  ${name.padEnd(10)}${number(count)}  fails: ${wording}`];
    }),
    `quarantined ${number(summary.quarantined)}`,
  ].join('\n');
};

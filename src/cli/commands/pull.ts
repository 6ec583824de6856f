import { Command, InvalidArgumentError, Option } from 'commander';
import { type Config, type Environment, readConfig } from '../../config/config.ts';
import { dutyDone } from '../../loop/duty-state.ts';
import { configuredSource, type NamedSource, topicSource } from '../../loop/intake/configured-source.ts';
import { type PullSummary, pullAlerts } from '../../loop/intake/pull.ts';
import { type IntakeOutcome, runIntake } from '../../loop/intake/run-intake.ts';
import { criteria } from '../../pipeline/ingest/filter-alert.ts';
import { readPath } from '../../pipeline/ingest/read-path.ts';
import { limitSource } from '../../pipeline/ingest/source.ts';
import { countSimulatedPulls } from '../../store/intake/pulls.ts';
import { quarantineOf } from '../../store/intake/quarantine.ts';
import type { Db } from '../../store/open-store.ts';
import { configForReal, leavingNoEmptyStore, openCommandStore } from '../cli-store.ts';
import { type Output, plainProgress, progressLine, thousands } from '../output.ts';

interface PullFlags {
  readonly from?: string[];
  readonly topic?: string;
  readonly limit?: number;
  readonly filter: boolean;
  readonly json?: boolean;
}

const REASONS_SHOWN = 10;

/** A number of packets from the command line. */
const packets = (text: string): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('must be a whole number above 0');
};

export const pullCommand = (output: Output, env: Environment): Command =>
  new Command('pull')
    .option(
      '--from <path...>',
      'files, folders or globs: Avro, Parquet, saved Kafka values, portal tables (CSV, JSON), archives of pulls, .avro.gz, .tar.gz',
    )
    .addOption(
      new Option(
        '--topic <topic>',
        'another Kafka topic, e.g. one of the data-transfer service (ftransfer_ztf_...)',
      ).conflicts('from'),
    )
    .option('--limit <packets>', 'most packets to read', packets)
    .option('--no-filter', 'keep every readable alert, not only those that pass the fink_vra_ztf criteria')
    .option('--json', 'print the summary as one JSON document')
    .action((flags: PullFlags) => {
      const config = isReal(flags) ? configForReal(env) : readConfig(env);
      return leavingNoEmptyStore(config, () => pull(flags, output, config));
    });

/** Whether the options name another source than the settings. */
const isReal = ({ from, topic }: PullFlags): boolean => from !== undefined || topic !== undefined;

const sourceOf = async (
  { from, topic, limit }: PullFlags,
  config: Config,
  db: Db,
  output: Output,
): Promise<NamedSource> => {
  if (from !== undefined) {
    const source = await readPath(from);
    return { name: from.join(', '), source: limit === undefined ? source : limitSource(source, limit) };
  }
  const onLog = ({ message }: { message: string }): void => output.note(message);
  const most = limit ?? config.pull.limit;
  if (topic !== undefined) return topicSource(config.kafka, topic, most, onLog);
  const pullSettings = { ...config.pull, limit: most };
  return configuredSource({ ...config, pull: pullSettings }, await countSimulatedPulls(db), onLog);
};

const pull = async (flags: PullFlags, output: Output, config: Config): Promise<void> => {
  const stopping = new AbortController();
  const stop = (): void => {
    output.note('Stopping after this batch; alerts read so far are stored.');
    stopping.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const db = await openCommandStore(config, output);
  const clock = (): Date => new Date();
  try {
    const { name, source } = await sourceOf(flags, config, db, output);
    const isTopic = flags.from === undefined && (flags.topic !== undefined || config.source === 'kafka');
    const began = clock();
    const started = performance.now();
    const plain = plainProgress(output);
    const context = {
      db,
      dustDir: config.dustDir,
      archiveDir: config.archiveDir,
      poolDays: config.poolDays,
      clock,
      log: ({ message }: { message: string }) => output.note(message),
      signal: stopping.signal,
    };
    const summary = await runIntake(context, async (dust, archive) => {
      const pulled = await pullAlerts({
        db,
        source,
        name,
        filter: flags.filter,
        dust,
        archive,
        clock,
        signal: stopping.signal,
        onProgress: ({ read }, total) => {
          const line = progressLine(read, total, (performance.now() - started) / 1000, isTopic);
          output.progress(line);
          plain(line);
        },
      });
      output.progress(null);
      return pulled;
    });
    if (!isReal(flags) && !summary.stopped) await dutyDone(db, 'pull', began);
    await printSummary(db, summary, flags, output);
    if (summary.stopped) output.fail(130);
    else if (isHopeless(summary)) output.fail(1);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await db.destroy();
  }
};

const printSummary = async (
  db: Db,
  summary: PullSummary & IntakeOutcome,
  flags: PullFlags,
  output: Output,
): Promise<void> => {
  const unreadable = (await quarantineOf(db, summary.pullId)).map(({ id, where, reason, alike }) => ({
    id,
    where,
    reason,
    alike,
  }));
  if (flags.json === true) {
    output.print(JSON.stringify({ ...summary, unreadable }, null, 2));
    return;
  }
  output.print(summaryText(summary));
  for (const { id, where, reason, alike } of unreadable.slice(0, REASONS_SHOWN))
    output.print(
      `  ${id}  ${where}: ${reason}${alike === 0 ? '' : ` (and ${thousands(alike)} more like it)`}`,
    );
  const more = unreadable.length - REASONS_SHOWN;
  if (more > 0) output.print(`  and ${more} more (finkvra quarantine list)`);
};

/** More than single damaged packets: the exit code must tell scripts. */
const isHopeless = ({ read, quarantined }: PullSummary): boolean =>
  quarantined >= 10 && quarantined > read - quarantined;

/** The summary of a pull for people. */
export const summaryText = (summary: PullSummary & IntakeOutcome): string => {
  const rate = summary.seconds > 0 ? `, ${thousands(Math.round(summary.read / summary.seconds))}/s` : '';
  const number = (count: number): string => String(count).padStart(7);
  const filtered = Object.values(summary.filtered).reduce((sum, count) => sum + count, 0);
  return [
    `read        ${number(summary.read)}  from ${summary.source} in ${summary.seconds.toFixed(1)} s${rate}`,
    `kept        ${number(summary.kept)}`,
    `had already ${number(summary.known)}`,
    ...(summary.completed === 0
      ? []
      : [`  filled in ${number(summary.completed)}  of which a fuller packet knew more`]),
    ...(summary.light === 0
      ? []
      : [
          `  no history${number(summary.light)}  of those kept: ask for the full packet to see the light curve`,
        ]),
    `filtered    ${number(filtered)}`,
    ...criteria.flatMap(({ name, wording }) => {
      const count = summary.filtered[name] ?? 0;
      return count === 0 ? [] : [`  ${name.padEnd(10)}${number(count)}  fails: ${wording}`];
    }),
    ...(summary.attached === 0 ? [] : [`labelled    ${number(summary.attached)}  by labels imported before`]),
    ...summary.archives.map(({ path, alerts }) => `archived    ${number(alerts)}  ${path}`),
    `quarantined ${number(summary.quarantined)}`,
    ...summary.leftAlone.map(({ file, reason }) => `left alone  ${file}: ${reason}`),
  ].join('\n');
};

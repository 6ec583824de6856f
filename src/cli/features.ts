import { Command } from 'commander';
import { type Environment, readConfig } from '../config.ts';
import { alertFeatures } from '../pipeline/features/alert-features.ts';
import { assertFeatureFile, type FeatureRow, writeFeatures } from '../pipeline/features/feature-frame.ts';
import { failedCriterion } from '../pipeline/ingest/filter-alert.ts';
import { readPath } from '../pipeline/ingest/read-path.ts';
import { type Output, progressLine } from './output.ts';

interface FeatureFlags {
  readonly from: string[];
  readonly out: string;
  readonly filter?: boolean;
  readonly json?: boolean;
}

export const featuresCommand = (output: Output, env: Environment): Command =>
  new Command('features')
    .description('Compute the 21 features of alerts in files; nothing is stored.')
    .requiredOption('--from <path...>', 'files, folders or globs')
    .requiredOption('--out <file>', 'table to write: .csv or .parquet')
    .option('--filter', 'only alerts that pass the fink_vra_ztf criteria')
    .option('--json', 'print the summary as one JSON document')
    .action((flags: FeatureFlags) => features(flags, output, env));

const features = async (flags: FeatureFlags, output: Output, env: Environment): Promise<void> => {
  readConfig(env);
  assertFeatureFile(flags.out);
  const source = await readPath(flags.from, { stamps: false });
  const rows = new Map<string, FeatureRow>();
  let read = 0;
  let unreadable = 0;
  let filtered = 0;
  const started = performance.now();
  for await (const { items } of source.batches()) {
    for (const item of items) {
      if (item.kind === 'unreadable') {
        unreadable += 1;
        output.note(`${item.origin.name}: ${item.reason}`);
      } else if (flags.filter === true && failedCriterion(item.alert) !== null) {
        filtered += 1;
      } else {
        const { candid, objectId } = item.alert;
        rows.set(candid, { candid, objectId, features: alertFeatures(item.alert) });
      }
    }
    read += items.length;
    output.progress(progressLine(read, source.total, (performance.now() - started) / 1000));
  }
  output.progress(null);
  writeFeatures(flags.out, [...rows.values()]);
  const summary = { read, written: rows.size, filtered, unreadable, out: flags.out };
  output.print(
    flags.json === true
      ? JSON.stringify(summary, null, 2)
      : `${rows.size} rows written to ${flags.out} (${read} read, ${filtered} filtered, ${unreadable} unreadable)`,
  );
};

import { Command, Option } from 'commander';
import { type Environment, readConfig } from '../../config/config.ts';
import { fillEbv } from '../../loop/intake/fill-ebv.ts';
import { countArchiveFile, isArchiveFile, readArchiveFile } from '../../pipeline/archive/archive-file.ts';
import { type DustMap, openDustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { alertFeatures } from '../../pipeline/features/alert-features.ts';
import {
  FEATURE_FILE_ENDINGS,
  type FeatureRow,
  writeFeatures,
} from '../../pipeline/features/feature-frame.ts';
import { FEATURE_SETS, type FeatureSet } from '../../pipeline/features/feature-table.ts';
import { failedCriterion } from '../../pipeline/ingest/filter-alert.ts';
import { findFiles } from '../../pipeline/ingest/find-files.ts';
import { readPath } from '../../pipeline/ingest/read-path.ts';
import { openExistingStore } from '../cli-store.ts';
import { FORCE, type OutFile, outFile } from '../out-file.ts';
import { type Output, plainProgress, progressLine } from '../output.ts';

interface FeatureFlags {
  readonly from: string[];
  readonly out: string;
  readonly force?: boolean;
  readonly filter?: boolean;
  readonly set?: FeatureSet;
  readonly json?: boolean;
}

export const featuresCommand = (output: Output, env: Environment): Command => {
  const recompute = new Command('recompute')
    .description('Fill in E(B-V) of stored alerts from the best installed dust map.')
    .option('--json', 'print one JSON document')
    .action((flags: { readonly json?: boolean }) => recomputeStored(flags, output, env));
  return new Command('features')
    .option('--from <path...>', 'files, folders or globs')
    .option('--out <file>', 'table to write: .csv or .parquet')
    .option(...FORCE)
    .option('--filter', 'only alerts that pass the fink_vra_ztf criteria')
    .addOption(
      new Option('--set <name>', 'set of columns; by default the reference’s 21').choices(FEATURE_SETS),
    )
    .option('--json', 'print the summary as one JSON document')
    .action((flags: Partial<FeatureFlags>, command: Command) => {
      const { from, out } = flags;
      if (from === undefined) command.error("error: required option '--from <path...>' not specified");
      if (out === undefined) command.error("error: required option '--out <file>' not specified");
      return features({ ...flags, from, out }, output, env);
    })
    .addCommand(recompute);
};

const recomputeStored = async (
  flags: { readonly json?: boolean },
  output: Output,
  env: Environment,
): Promise<void> => {
  const config = readConfig(env);
  const dust = await openDustMap({ directory: config.dustDir });
  const db = await openExistingStore(config, output);
  try {
    const filled = await fillEbv(db, dust);
    if (flags.json === true) output.print(JSON.stringify({ filled, map: dust.describe() }, null, 2));
    else output.print(`E(B-V) of ${filled} alerts filled in from ${dust.describe()}`);
  } finally {
    dust.close();
    await db.destroy();
  }
};

/** Sorts the files at these paths into archives of pulls and packets. */
const sortFiles = async (paths: readonly string[]) => {
  const archives: string[] = [];
  const packets: string[] = [];
  for (const { path } of await findFiles(paths)) {
    ((await isArchiveFile(path)) ? archives : packets).push(path);
  }
  return { archives, packets };
};

const features = async (flags: FeatureFlags, output: Output, env: Environment): Promise<void> => {
  const config = readConfig(env);
  const out = outFile(flags.out, { ...config, ...flags, endings: FEATURE_FILE_ENDINGS });
  const dust = await openDustMap({ directory: config.dustDir });
  try {
    await writeTable(flags, out, output, dust);
  } finally {
    dust.close();
  }
};

const writeTable = async (
  flags: FeatureFlags,
  out: OutFile,
  output: Output,
  dust: DustMap,
): Promise<void> => {
  const { archives, packets } = await sortFiles(flags.from);
  const rows = new Map<string, FeatureRow>();
  let read = 0;
  let unreadable = 0;
  let filtered = 0;
  const source = packets.length === 0 ? null : await readPath(packets, { stamps: false });
  let archived = 0;
  for (const path of archives) archived += await countArchiveFile(path);
  const total = source === null ? archived : source.total === null ? null : source.total + archived;
  const started = performance.now();
  const plain = plainProgress(output);
  const progressed = (items: number): void => {
    read += items;
    const line = progressLine(read, total, (performance.now() - started) / 1000);
    output.progress(line);
    plain(line);
  };
  for await (const { items, leftAlone = [] } of source?.batches() ?? []) {
    for (const { file, reason } of leftAlone) output.note(`${file} is left alone: ${reason}`);
    for (const item of items) {
      if (item.kind === 'unreadable') {
        unreadable += 1;
        output.note(`${item.origin.name}: ${item.reason}`);
      } else if (flags.filter === true && failedCriterion(item.alert) !== null) {
        filtered += 1;
      } else {
        const { candid, objectId, ra, dec } = item.alert;
        const ebv = dust.ebv(ra, dec);
        rows.set(candid, { candid, objectId, features: alertFeatures(item.alert, { ebv }) });
      }
    }
    progressed(items.length);
  }
  for (const path of archives) {
    for await (const restored of readArchiveFile(path)) {
      for (const { alert, sepArcsec } of restored) {
        const { candid, objectId, ra, dec } = alert;
        const ebv = dust.ebv(ra, dec);
        rows.set(candid, { candid, objectId, features: alertFeatures(alert, { sepArcsec, ebv }) });
      }
      progressed(restored.length);
    }
  }
  output.progress(null);
  await out.write((draft) => writeFeatures(draft, [...rows.values()], flags.set ?? 'reference'));
  const summary = {
    read,
    written: rows.size,
    filtered,
    unreadable,
    archives: archives.length,
    out: flags.out,
    ebvMap: dust.describe(),
  };
  output.print(
    flags.json === true
      ? JSON.stringify(summary, null, 2)
      : `${rows.size} rows written to ${flags.out} (${read} read, ${filtered} filtered, ${unreadable} unreadable)\nebv is ${dust.describe()}`,
  );
};

import { Command } from 'commander';
import { type Config, type Environment, readConfig } from '../../config/config.ts';
import { fillEbv } from '../../loop/intake/fill-ebv.ts';
import { installedDust, openDustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { type DustProgress, installDust } from '../../pipeline/enrich/dust/install-dust.ts';
import { isStoreThere } from '../../service/store-place.ts';
import { openStore } from '../../store/open-store.ts';
import { type Output, plainProgress } from '../output.ts';

interface InstallFlags {
  readonly from?: string;
  readonly baseUrl?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const dustProgress = ({ file, index, count, received, total }: DustProgress): string =>
  `${index}/${count} ${file}  ${megabytes(received)}${
    total === null ? '' : ` of ${megabytes(total)} (${Math.floor((100 * received) / total)} %)`
  }`;

export const dustCommand = (output: Output, env: Environment): Command => {
  const install = new Command('install')
    .description('Fetch the two SFD maps (67 MB each) once, check them, and fill E(B-V) in.')
    .option('--from <path>', 'take local copies instead: a file or folder (SFD maps, or a HEALPix map)')
    .option('--base-url <url>', 'a web folder that holds the two maps under their usual names')
    .option('--force', 'download or copy again what is installed already')
    .option('--json', 'print the result as one JSON document')
    .action((flags: InstallFlags) => installMaps(flags, output, env));
  const status = new Command('status')
    .description('Which maps are installed.')
    .option('--json', 'print one JSON document')
    .action(async (flags: { readonly json?: boolean }) => {
      const { dustDir } = readConfig(env);
      const installed = installedDust(dustDir);
      const map = await openDustMap({ directory: dustDir });
      const about = map.describe();
      map.close();
      if (flags.json === true) {
        output.print(JSON.stringify({ directory: dustDir, ...installed, about }, null, 2));
        return;
      }
      output.print(about);
      if (installed.kind !== 'sfd') {
        output.print(`For exact values: finkvra dust install (missing: ${installed.missing.join(', ')})`);
      }
    });
  return new Command('dust').addCommand(install).addCommand(status);
};

const installMaps = async (flags: InstallFlags, output: Output, env: Environment): Promise<void> => {
  const config = readConfig(env);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error('stopped; the next run continues where this one ended'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const plain = plainProgress(output);
    const result = await installDust({
      directory: config.dustDir,
      ...(flags.from === undefined ? {} : { from: flags.from }),
      ...(flags.baseUrl === undefined ? {} : { baseUrl: flags.baseUrl }),
      force: flags.force === true,
      signal: stopping.signal,
      onProgress: (progress) => {
        output.progress(dustProgress(progress));
        plain(dustProgress(progress));
      },
    });
    output.progress(null);
    const filled = await fillStore(config, output);
    if (flags.json === true) {
      output.print(JSON.stringify({ ...result, filled }, null, 2));
      return;
    }
    for (const { path, bytes } of result.installed) output.print(`installed ${path} (${megabytes(bytes)})`);
    for (const path of result.kept) output.print(`installed already: ${path}`);
    if (result.missing.length > 0) {
      output.print(`Still missing for exact values: ${result.missing.join(', ')}`);
    }
    if (filled > 0) output.print(`E(B-V) of ${filled} stored alerts filled in`);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
};

/** Fills in E(B-V) of stored alerts at once. A running service does so after its next pull. */
const fillStore = async (config: Pick<Config, 'store' | 'dustDir'>, output: Output): Promise<number> => {
  if (!(await isStoreThere(config))) return 0;
  const map = await openDustMap({ directory: config.dustDir });
  const db = await openStore(config.store.place);
  try {
    output.progress('filling E(B-V) in ...');
    return await fillEbv(db, map);
  } finally {
    output.progress(null);
    map.close();
    await db.destroy();
  }
};

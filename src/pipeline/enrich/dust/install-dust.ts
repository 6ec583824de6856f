import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FinkvraError, messageOf } from '../../../lib/errors.ts';
import { checkSum, type DustPart, identifyDust } from './check-dust.ts';
import { discardPart, downloadFile } from './download-file.ts';
import { DUST_FILES, installedDust } from './dust-map.ts';

type Hemisphere = 'north' | 'south';

/**
 * The SFD maps at Harvard Dataverse, doi:10.7910/DVN/EWCNL5, by the file numbers that the dustmaps
 * package fetches them with: 2902687 is SFD_dust_4096_ngp.fits, 2902695 SFD_dust_4096_sgp.fits.
 */
const DATAVERSE_DUST_URLS: Readonly<Record<Hemisphere, string>> = {
  north: 'https://dataverse.harvard.edu/api/access/datafile/2902687',
  south: 'https://dataverse.harvard.edu/api/access/datafile/2902695',
};

/** Addresses of the two maps: by name in the folder `baseUrl`, or at Harvard Dataverse without one. */
export const dustUrls = (baseUrl?: string): Readonly<Record<Hemisphere, string>> => {
  if (baseUrl === undefined) return DATAVERSE_DUST_URLS;
  const folder = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  return { north: `${folder}${DUST_FILES.north}`, south: `${folder}${DUST_FILES.south}` };
};

export interface DustProgress {
  readonly file: string;
  /** 1 or 2, of 2. */
  readonly index: number;
  readonly count: number;
  readonly received: number;
  /** Null if the server does not say how long the file is. */
  readonly total: number | null;
}

export interface InstallDustOptions {
  /** The dust folder; made if it is missing. */
  readonly directory: string;
  /** A file or a folder of local copies: the SFD maps, or a HEALPix map for the coarse fallback. */
  readonly from?: string;
  /** A folder on the web that holds the two maps under their own names; default Harvard Dataverse. */
  readonly baseUrl?: string;
  /** Published MD5 or SHA-256 of the maps, to be checked besides header, size and pixels. */
  readonly checksums?: Readonly<Partial<Record<Hemisphere, string>>>;
  /** Fetch or copy again what is already installed. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DustProgress) => void;
  /** See DownloadOptions. */
  readonly retryDelayMs?: number;
  readonly stallMs?: number;
}

export interface InstallDustResult {
  readonly installed: readonly { readonly part: DustPart; readonly path: string; readonly bytes: number }[];
  /** Files that were there already, whole, and were left alone. */
  readonly kept: readonly string[];
  /** SFD maps that are still missing afterwards; E(B-V) is exact only with both. */
  readonly missing: readonly string[];
}

const isWhole = (path: string, part: DustPart): boolean => {
  try {
    return identifyDust(path) === part;
  } catch {
    // Missing or damaged: either way it has to be installed, and the reason no longer matters.
    return false;
  }
};

/** Makes a rename outlast a power cut. */
const syncFolder = async (directory: string): Promise<void> => {
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const installDownloads = async (options: InstallDustOptions): Promise<InstallDustResult> => {
  const { directory, baseUrl, checksums = {}, force = false, signal, onProgress } = options;
  const urls = dustUrls(baseUrl);
  const installed: InstallDustResult['installed'][number][] = [];
  const kept: string[] = [];
  const parts = ['north', 'south'] as const;
  for (const [index, part] of parts.entries()) {
    const path = join(directory, DUST_FILES[part]);
    if (!force && isWhole(path, part)) {
      kept.push(path);
      continue;
    }
    const partPath = `${path}.part`;
    await downloadFile({
      url: urls[part],
      partPath,
      ...(signal === undefined ? {} : { signal }),
      ...(options.retryDelayMs === undefined ? {} : { retryDelayMs: options.retryDelayMs }),
      ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
      onProgress: (received, total) =>
        onProgress?.({ file: DUST_FILES[part], index: index + 1, count: parts.length, received, total }),
    });
    try {
      const found = identifyDust(partPath);
      if (found !== part) throw new FinkvraError(`it is the ${found} map, not the ${part} one`);
      const expected = checksums[part];
      if (expected !== undefined) await checkSum(partPath, expected, signal);
    } catch (error) {
      signal?.throwIfAborted();
      // What has come is not the map: continuing it another time would not make it one.
      await discardPart(partPath);
      throw new FinkvraError(
        `What ${urls[part]} sent is not ${DUST_FILES[part]}: ${messageOf(error)}. ` +
          'Check the address, or give local copies with --from',
        { cause: error },
      );
    }
    await rename(partPath, path);
    await discardPart(partPath);
    await syncFolder(directory);
    installed.push({ part, path, bytes: (await stat(path)).size });
  }
  return { installed, kept, missing: [] };
};

/** The files of `from` that are dust maps, at most one per part; names of SFD maps come first. */
const findCopies = async (from: string): Promise<Map<DustPart, string>> => {
  if (!existsSync(from))
    throw new FinkvraError(
      `${from} does not exist: give a file or a folder of dust maps, or leave --from out to download them`,
    );
  const isFolder = (await stat(from)).isDirectory();
  if (!isFolder) return new Map([[identifyDust(from), from]]);
  const names = (await readdir(from)).filter((name) => /\.fits?$/i.test(name)).sort();
  const copies = new Map<DustPart, string>();
  const refused: string[] = [];
  for (const name of names) {
    try {
      const part = identifyDust(join(from, name));
      const known = copies.get(part);
      if (known === undefined || name === DUST_FILES[part]) copies.set(part, join(from, name));
    } catch (error) {
      refused.push(messageOf(error));
    }
  }
  if (copies.size > 0) return copies;
  const reasons = refused.length === 0 ? 'it has no .fits file' : refused.join('; ');
  throw new FinkvraError(`There is no dust map in ${from}: ${reasons}`);
};

const installCopies = async (
  options: InstallDustOptions,
  copies: ReadonlyMap<DustPart, string>,
): Promise<InstallDustResult> => {
  const { directory, checksums = {}, signal } = options;
  const installed: InstallDustResult['installed'][number][] = [];
  const kept: string[] = [];
  for (const [part, source] of copies) {
    signal?.throwIfAborted();
    const path = join(directory, DUST_FILES[part]);
    if (existsSync(path) && (await realpath(path)) === (await realpath(source))) {
      kept.push(path);
      continue;
    }
    const partPath = `${path}.copy`;
    try {
      // Where the file system can, the copy shares the source's blocks and takes no time.
      await copyFile(source, partPath, constants.COPYFILE_FICLONE);
      identifyDust(partPath);
      const expected = part === 'coarse' ? undefined : checksums[part];
      if (expected !== undefined) await checkSum(partPath, expected, signal);
      await rename(partPath, path);
    } catch (error) {
      await rm(partPath, { force: true });
      throw new FinkvraError(`Cannot install ${source}: ${messageOf(error)}`, { cause: error });
    }
    await syncFolder(directory);
    installed.push({ part, path, bytes: (await stat(path)).size });
  }
  const { missing } = installedDust(directory);
  return { installed, kept, missing };
};

/**
 * Puts the dust maps into their folder: from local copies, or from the web once (2 x 67 MB; an
 * interrupted download continues). Every file is checked (FITS header, 4096x4096 pixels, size, plausible
 * values, checksum if given) under a temporary name before it is renamed, so that the folder never holds
 * half a map.
 * @throws FinkvraError saying what is wrong and what to do; the signal's reason if it was aborted
 */
export const installDust = async (options: InstallDustOptions): Promise<InstallDustResult> => {
  const copies = options.from === undefined ? null : await findCopies(options.from);
  await mkdir(options.directory, { recursive: true });
  return copies === null ? installDownloads(options) : installCopies(options, copies);
};

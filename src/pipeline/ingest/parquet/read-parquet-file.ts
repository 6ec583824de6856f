import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { checkShape } from '../packet-shape.ts';
import { alertItem, type PacketRecord } from '../packet-to-alert.ts';
import { openFile, type ReadAt, windowOver } from '../read-at.ts';
import { type Origin, type ReadItem, reasonOf, unreadable } from '../source.ts';
import { alertOfArchive } from './archive-rows.ts';
import { type Footer, readFooter } from './footer.ts';
import { createPageCodecs } from './page-codecs.ts';
import { fileBudget } from './page-decoder.ts';
import { runsOf } from './runs.ts';

/** A file up to this size is read in one go. */
const SMALL_FILE = 8 * 1024 * 1024;
/** Of a larger one this much of a column at a time: there are some 50 columns. */
const WINDOW_SIZE = 256 * 1024;
/** Milliseconds of decoding after which other work gets its turn. */
const TURN = 15;

export interface ReadParquetOptions {
  readonly stamps: boolean;
  /** The file's footer, where it has been read with the same `stamps`. */
  readonly footer?: Footer | undefined;
}

/**
 * The packets of a Parquet file as Fink's data-transfer client and Fink's tables write them: `candidate` a
 * struct (or its fields as columns of their own, `candidate.jd` or `jd`), `prv_candidates` a list of
 * structs, the cutouts structs with `stampData`; or the archives that pulls leave (archive-rows.ts). Read page by page; rows that cannot be read become
 * `unreadable` items, and the others are read. `origin.position` is the row, from 0.
 */
export async function* readParquetFile(
  path: string,
  options: ReadParquetOptions,
): AsyncGenerator<ReadItem, void, void> {
  const at = (position: number): Origin => ({ name: path, kind: 'file', position });
  await using file = await open(path);
  let footer: Footer;
  try {
    footer = options.footer ?? (await readFooter(file, options));
  } catch (error) {
    yield unreadable(`the file cannot be read as Parquet: ${footerWords(error)}`, at(0));
    return;
  }
  try {
    if (!footer.columns.isArchive) checkShape(footer.columns.names);
  } catch (error) {
    yield unreadable(error, at(0));
    return;
  }

  const context = {
    read: await readsOf(file),
    codecs: createPageCodecs(),
    budget: fileBudget(footer.size),
    pause: createPause(),
  };
  let start = 0;
  for (const group of footer.groups) {
    for await (const run of runsOf(group, footer.columns, context)) {
      const position = start + run.row;
      if (run.kind === 'damaged') {
        const rows = run.count === 1 ? `row ${position}` : `rows ${position} to ${position + run.count - 1}`;
        yield unreadable(`${rows} cannot be read: ${run.reason}`, at(position));
        continue;
      }
      for (const [index, packet] of run.packets.entries()) {
        try {
          yield itemOf(packet, footer.columns.isArchive, at(position + index));
        } catch (error) {
          yield unreadable(error, at(position + index));
        }
      }
    }
    start += group.rows;
  }
}

/** Our errors say what is wrong. Errors of a library on damaged bytes may say anything. */
const footerWords = (error: unknown): string =>
  error instanceof TypeError || error instanceof RangeError
    ? `its footer is damaged (${reasonOf(error)})`
    : reasonOf(error);

function itemOf(row: PacketRecord, isArchive: boolean, origin: Origin): ReadItem {
  if (!isArchive) return alertItem(row, origin);
  const { alert, sepArcsec } = alertOfArchive(row);
  return { kind: 'alert', alert, origin, archived: { sepArcsec } };
}

/** The footer of a Parquet file. Rejects when it is none. */
export const parquetFooter = async (path: string, options: { stamps: boolean }): Promise<Footer> => {
  await using file = await open(path);
  return await readFooter(file, options);
};

/** Gives each column what it reads the file with, by its bytes in the row group: of a small one not more. */
async function readsOf(file: FileHandle): Promise<(size: number) => ReadAt> {
  const opened = await openFile(file);
  if (opened.size > SMALL_FILE) return (size) => windowOver(opened, Math.min(size, WINDOW_SIZE));
  const bytes = await opened.read(0, opened.size);
  const read: ReadAt = async (position, wanted) => bytes.subarray(position, position + wanted);
  return () => read;
}

function createPause(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN) return;
    await setImmediate();
    last = performance.now();
  };
}

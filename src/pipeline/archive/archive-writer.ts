import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { ARCHIVE_SCHEMA, type ArchiveRow, archiveColumns } from './archive-columns.ts';

/** Rows of a row group: what is held in memory, some 5 MB. */
const GROUP = 512;

/** An archive file being written. It gets its final name when it is complete. */
export interface ArchiveWriter {
  /** Rows that were added so far. */
  readonly rows: number;
  add(rows: readonly ArchiveRow[]): void;
  /** Puts the file in place of an older one, once the disk has all of it. */
  finish(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

/** Ends of the names of files that are being written, by process. */
const PART = /\.(\d+)-[0-9a-f]+\.part$/;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Removes what processes that were killed left of this file. */
const removeLeftOvers = (path: string): void => {
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(basename(path)) ? PART.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
};

const syncOf = (path: string, flags: string): void => {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** A new name survives a power cut only once its folder is synced. Windows cannot sync a folder. */
const syncFolder = (path: string): void => {
  if (process.platform !== 'win32') syncOf(path, 'r');
};

/**
 * Begins an archive file, which is written row group by row group.
 * @throws if the folder cannot be written to
 */
export const createArchiveWriter = (path: string): ArchiveWriter => {
  mkdirSync(dirname(path), { recursive: true });
  removeLeftOvers(path);
  // Another process may write the same pull: each writes its own file, and the last one stays.
  const part = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  const parquet = new ParquetWriter({
    writer: fileWriter(part),
    schema: [...ARCHIVE_SCHEMA],
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    createdBy: 'finkvra',
  });
  let waiting: ArchiveRow[] = [];
  let rows = 0;

  const writeGroup = (): void => {
    if (waiting.length === 0) return;
    parquet.write({ columnData: archiveColumns(waiting), rowGroupSize: waiting.length });
    waiting = [];
  };

  return {
    get rows() {
      return rows;
    },
    add: (more) => {
      for (const row of more) {
        waiting.push(row);
        if (waiting.length >= GROUP) writeGroup();
      }
      rows += more.length;
    },
    finish: () => {
      if (rows === 0) throw new Error('an archive file needs at least one alert');
      writeGroup();
      parquet.finish();
      syncOf(part, 'r+');
      renameSync(part, path);
      syncFolder(dirname(path));
    },
    discard: () => rmSync(part, { force: true }),
  };
};

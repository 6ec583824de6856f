import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, FinkvraError, messageOf } from '../../lib/errors.ts';
import type { Candid, Stamps } from '../../pipeline/alert.ts';
import { LONGEST_START, lengthOf, MAGIC, readEntry, readEntryStart } from './segment-format.ts';

/** Size at which a writer starts a new segment, bytes: about 1,500 alerts. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
const ENDING = '.stamps';

/** Place of an entry. */
export interface Place {
  /** The segment's name in the store's folder of stamps. */
  readonly segment: string;
  /** Bytes. */
  readonly position: number;
  readonly length: number;
}

/** The folder of a store's stamps, beside its file: `finkvra.stamps` for `finkvra.sqlite`. */
export const stampFolder = (databasePath: string): string => {
  const path = existsSync(databasePath) ? realpathSync(databasePath) : databasePath;
  return join(dirname(path), `${basename(path, '.sqlite')}${ENDING}`);
};

export interface Segment {
  readonly name: string;
  readonly bytes: number;
  /** Time of its last write, ms since 1970. */
  readonly writtenAt: number;
}

/** The segments in a folder by name, which begins with their day; none without the folder. */
export const listSegments = (folder: string): Segment[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ENDING))
        .sort()
        .flatMap((name) => {
          const found = statSync(join(folder, name), { throwIfNoEntry: false });
          return found === undefined ? [] : [{ name, bytes: found.size, writtenAt: found.mtimeMs }];
        })
    : [];

/** A failed write in words, as for the store itself. */
const writeError = (path: string, error: unknown): FinkvraError => {
  const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
  const what = full
    ? `The disk of ${path} is full: free some space there and do it again.`
    : `Stamps cannot be written to ${path} (${messageOf(error)}): look at the disk, and whether this user may write there.`;
  return new FinkvraError(`${what} Everything stored before is kept; what was being stored is not.`, {
    cause: error,
  });
};

/** Syncs a folder, so that a new file's name is on disk. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return; // a folder cannot be opened there; its names need no sync
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Appends entries to its own segments. */
export interface SegmentWriter {
  /**
   * Writes the entries; resolves once they are on disk.
   * @throws FinkvraError if the disk is full or fails; the written part is never referred to
   */
  append(entries: readonly (readonly Uint8Array[])[]): Promise<Place[]>;
  close(): Promise<void>;
}

/** @param at the day for the segments' names */
export const createSegmentWriter = (
  folder: string,
  at: () => Date,
  segmentBytes = SEGMENT_BYTES,
): SegmentWriter => {
  let current: { readonly name: string; readonly handle: FileHandle; end: number } | null = null;

  const close = async (): Promise<void> => {
    const ended = current;
    current = null;
    await ended?.handle.close();
  };

  const begin = async (): Promise<NonNullable<typeof current>> => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${at().toISOString().slice(0, 10)}-${randomBytes(6).toString('hex')}${ENDING}`;
    const handle = await open(join(folder, name), 'wx', 0o600);
    try {
      await handle.write(MAGIC, 0, MAGIC.length, 0);
      await syncFolder(folder);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { name, handle, end: MAGIC.length };
  };

  const write = async (buffers: readonly Uint8Array[]): Promise<{ name: string; from: number }> => {
    if (current !== null && current.end >= segmentBytes) await close();
    current ??= await begin();
    const { name, handle, end: from } = current;
    const { bytesWritten } = await handle.writev([...buffers], from);
    if (bytesWritten !== lengthOf(buffers)) throw new Error(`${bytesWritten} bytes were taken`);
    current.end = from + bytesWritten;
    await handle.datasync();
    // An open segment that nothing refers to may have been deleted.
    if ((await handle.stat()).nlink > 0) return { name, from };
    await close();
    return write(buffers);
  };

  return {
    append: async (entries) => {
      if (entries.length === 0) return [];
      try {
        const { name, from } = await write(entries.flat());
        let position = from;
        return entries.map((entry) => {
          const length = lengthOf(entry);
          position += length;
          return { segment: name, position: position - length, length };
        });
      } catch (error) {
        // Its end is unknown now.
        await close().catch(() => undefined);
        throw writeError(folder, error);
      }
    },
    close,
  };
};

/** The entry at a place. @throws Error if the segment is gone or too short */
export const readPlace = async (folder: string, { segment, position, length }: Place): Promise<Buffer> => {
  const handle = await open(join(folder, segment), 'r');
  try {
    const entry = Buffer.alloc(length);
    const { bytesRead } = await handle.read(entry, 0, length, position);
    if (bytesRead !== length) throw new Error(`the file ends at ${position + bytesRead}`);
    return entry;
  } finally {
    await handle.close();
  }
};

/** The stamps of an alert at a place. @throws Error if they are missing or damaged */
export const readStampsAt = async (folder: string, place: Place, candid: Candid): Promise<Stamps> =>
  readEntry(await readPlace(folder, place), candid);

/** The complete entries of a segment; stops at one that a crash cut off. Stamps are not read. */
export async function* entriesIn(
  folder: string,
  segment: string,
): AsyncGenerator<Place & { readonly candid: Candid }> {
  const handle = await open(join(folder, segment), 'r');
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(LONGEST_START);
    await handle.read(start, 0, MAGIC.length, 0);
    if (!start.subarray(0, MAGIC.length).equals(MAGIC)) return;
    let position = MAGIC.length;
    while (position < size) {
      const { bytesRead } = await handle.read(start, 0, LONGEST_START, position);
      const entry = readEntryStart(start.subarray(0, bytesRead));
      if (entry === null || position + entry.length > size) return;
      yield { segment, position, ...entry };
      position += entry.length;
    }
  } finally {
    await handle.close();
  }
}

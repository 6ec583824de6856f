import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, FinkvraError, messageOf } from '../../lib/errors.ts';
import type { Candid, Stamps } from '../../pipeline/alert.ts';
import { LONGEST_START, lengthOf, MAGIC, readEntry, readEntryStart } from './segment-format.ts';

/** From this size on a writer begins the next segment, bytes: some 1,500 alerts. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
const ENDING = '.stamps';

/** Where an entry is. */
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
  /** When it was last written to, ms since 1970. */
  readonly writtenAt: number;
}

/** The segments in a folder by name, which begins with their day; none where there is no folder. */
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

/** What a failed write means to a person, as for the store itself. */
const writeError = (path: string, error: unknown): FinkvraError => {
  const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
  const what = full
    ? `The disk of ${path} is full: free some space there and do it again.`
    : `Stamps cannot be written to ${path} (${messageOf(error)}): look at the disk, and whether this user may write there.`;
  return new FinkvraError(`${what} Everything stored before is kept; what was being stored is not.`, {
    cause: error,
  });
};

/** Has the disk know of a new file's name. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return; // a folder cannot be opened there; its names need no sync
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Appends entries to segments of its own. */
export interface SegmentWriter {
  /**
   * Writes the entries, and resolves once the disk has them.
   * @throws FinkvraError when the disk is full or fails; whatever was written then is never referred to
   */
  append(entries: readonly (readonly Uint8Array[])[]): Promise<Place[]>;
  close(): Promise<void>;
}

/** @param at the day that its segments are named after */
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
    // A segment to which nothing in the store refers may have been deleted while it lay open.
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
        // Its end is not known any more.
        await close().catch(() => undefined);
        throw writeError(folder, error);
      }
    },
    close,
  };
};

/** The entry at a place, as it was written. @throws Error when the segment is gone or shorter */
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

/** The stamps of an alert at a place. @throws Error when they are not there as they were written */
export const readStampsAt = async (folder: string, place: Place, candid: Candid): Promise<Stamps> =>
  readEntry(await readPlace(folder, place), candid);

/** The entries of a segment up to its end, or to where a process died over it; stamps are not read. */
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

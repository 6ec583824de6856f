import { createJobWorker, serveJobs } from '../../lib/worker.ts';
import type { ArchiveRow } from './archive-columns.ts';
import { type ArchiveWriter, createArchiveWriter } from './archive-writer.ts';

/** `before` is how many rows the file has; `rows` add to it, `finish` puts it in its place. */
type ArchiveJob =
  | {
      readonly kind: 'rows';
      readonly path: string;
      readonly before: number;
      readonly rows: readonly ArchiveRow[];
    }
  | { readonly kind: 'finish'; readonly before: number }
  | { readonly kind: 'discard' };

/** An archive file written by a background thread. */
export interface ArchiveInThread {
  /**
   * Hands rows over once the rows before them are written, which bounds the memory.
   * @throws if earlier rows could not be written
   */
  add(rows: readonly ArchiveRow[]): Promise<void>;
  /**
   * Puts the file in its place, whole.
   * @returns how many rows it has
   * @throws if it cannot be written; no file is left then
   */
  finish(): Promise<number>;
  /** Leaves no file. */
  discard(): Promise<void>;
}

/** Begins an archive file; nothing is on the disk before the first rows. */
export const openArchive = (path: string): ArchiveInThread => {
  const worker = createJobWorker<ArchiveJob, number>({ script: new URL(import.meta.url), name: 'archive' });
  let sent = 0;
  let writing: Promise<unknown> = Promise.resolve();

  const discard = async (): Promise<void> => {
    try {
      await worker.run({ kind: 'discard' });
    } finally {
      await worker.close();
    }
  };

  return {
    add: async (rows) => {
      if (rows.length === 0) return;
      await writing;
      writing = worker.run({ kind: 'rows', path, before: sent, rows });
      // The next call throws the error.
      writing.catch(() => undefined);
      sent += rows.length;
    },
    finish: async () => {
      try {
        await writing;
        const rows = await worker.run({ kind: 'finish', before: sent });
        await worker.close();
        return rows;
      } catch (error) {
        await discard();
        throw error;
      }
    },
    discard,
  };
};

/**
 * Writes alerts that come in pages to one archive file, whole or not at all.
 * @returns the number of alerts in the file
 * @throws if the file cannot be written, or there is no alert
 */
export const writeArchive = async (
  path: string,
  pages: AsyncIterable<readonly ArchiveRow[]>,
): Promise<number> => {
  const archive = openArchive(path);
  try {
    for await (const rows of pages) await archive.add(rows);
  } catch (error) {
    await archive.discard();
    throw error;
  }
  return archive.finish();
};

let file: ArchiveWriter | null = null;

const written = (before: number): ArchiveWriter => {
  // If the thread died between two pages, its rows are lost. No file is better than part of one.
  if (file?.rows !== before) throw new Error('the archive thread was started anew and lost its pages');
  return file;
};

serveJobs<ArchiveJob, number>(import.meta.url, (job) => {
  if (job.kind === 'rows') {
    if (job.before === 0) file = createArchiveWriter(job.path);
    const writer = written(job.before);
    writer.add(job.rows);
    return { result: writer.rows };
  }
  if (job.kind === 'finish') {
    if (job.before === 0) throw new Error('an archive file needs at least one alert');
    const { rows, finish } = written(job.before);
    finish();
    file = null;
    return { result: rows };
  }
  file?.discard();
  file = null;
  return { result: 0 };
});

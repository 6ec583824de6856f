import { createJobWorker, serveJobs } from '../../lib/worker.ts';
import { type ArchiveColumns, type ArchivedAlert, archiveColumns } from './archive-columns.ts';
import { writeArchiveFile } from './archive-file.ts';

/** A page of alerts to keep, or the path to write all pages to; `pages` is how many came before. */
type ArchiveJob =
  | { readonly kind: 'page'; readonly pages: number; readonly columns: ArchiveColumns }
  | { readonly kind: 'write'; readonly pages: number; readonly path: string };

/**
 * Writes alerts, which come in pages of some hundred, to one archive file, whole or not at all; polars works
 * in a thread of its own.
 * @returns the number of alerts in the file
 * @throws Error when the file cannot be written
 */
export const writeArchive = async (
  path: string,
  pages: AsyncIterable<readonly ArchivedAlert[]>,
): Promise<number> => {
  const worker = createJobWorker<ArchiveJob, number>({ script: new URL(import.meta.url), name: 'archive' });
  try {
    let sent = 0;
    for await (const alerts of pages) {
      if (alerts.length > 0) {
        sent = await worker.run({ kind: 'page', pages: sent, columns: archiveColumns(alerts) });
      }
    }
    return await worker.run({ kind: 'write', pages: sent, path });
  } finally {
    await worker.close();
  }
};

const kept: ArchiveColumns[] = [];

serveJobs<ArchiveJob, number>(import.meta.url, (job) => {
  // A thread that died between two pages took those before with it: better no file than part of one.
  if (kept.length !== job.pages) throw new Error('the archive thread was started anew and lost its pages');
  if (job.kind === 'write') return { result: writeArchiveFile(job.path, kept) };
  kept.push(job.columns);
  return { result: kept.length };
});

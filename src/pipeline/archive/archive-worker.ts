import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../lib/errors.ts';
import type { ArchiveColumns } from './archive-columns.ts';
import { writeArchiveFile } from './archive-file.ts';

/** To the worker: a page of alerts, or null for "write". */
export type ToArchiveWorker = ArchiveColumns | null;
/** From the worker: it has taken a page; it has written the file; it could not. */
export type FromArchiveWorker =
  | { readonly kind: 'taken' }
  | { readonly kind: 'written'; readonly rows: number }
  | { readonly kind: 'failed'; readonly reason: string };

const port = parentPort;
if (port === null) throw new Error('this file is the body of a worker thread');
const { path }: { readonly path: string } = workerData;
const pages: ArchiveColumns[] = [];
const tell = (message: FromArchiveWorker): void => port.postMessage(message);

port.on('message', (page: ToArchiveWorker) => {
  try {
    if (page === null) {
      tell({ kind: 'written', rows: writeArchiveFile(path, pages) });
      port.close();
    } else {
      pages.push(page);
      tell({ kind: 'taken' });
    }
  } catch (error) {
    tell({ kind: 'failed', reason: messageOf(error) });
    port.close();
  }
});

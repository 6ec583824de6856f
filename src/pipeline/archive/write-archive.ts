import { Worker } from 'node:worker_threads';
import { type ArchivedAlert, archiveColumns } from './archive-columns.ts';
import type { FromArchiveWorker, ToArchiveWorker } from './archive-worker.ts';

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
  const worker = new Worker(new URL('./archive-worker.ts', import.meta.url), { workerData: { path } });
  let settle: ((reply: FromArchiveWorker) => void) | null = null;
  let fail: ((error: Error) => void) | null = null;
  worker.on('message', (reply: FromArchiveWorker) => settle?.(reply));
  worker.on('error', (error) => fail?.(error));
  worker.on('exit', (code) => fail?.(new Error(`the archive's thread ended (${code})`)));
  const answer = (message: ToArchiveWorker): Promise<FromArchiveWorker> =>
    new Promise((resolve, reject) => {
      settle = resolve;
      fail = reject;
      worker.postMessage(message);
    });
  try {
    for await (const alerts of pages) {
      if (alerts.length > 0) await answer(archiveColumns(alerts));
    }
    const reply = await answer(null);
    if (reply.kind === 'written') return reply.rows;
    throw new Error(reply.kind === 'failed' ? reply.reason : 'the archive was not written');
  } finally {
    await worker.terminate();
  }
};

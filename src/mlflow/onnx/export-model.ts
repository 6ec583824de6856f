import { Worker } from 'node:worker_threads';
import type { ExportReply } from './export-worker.ts';
import type { ModelFolder, ModelFolderInput } from './model-folder.ts';

const WORKER = new URL('./export-worker.ts', import.meta.url);

/**
 * `modelFolder` in a thread of its own: a forest on a thousand labels has some hundred thousand nodes.
 * @throws when the saved model is damaged; the signal's reason if it was aborted
 */
export const exportModel = async (input: ModelFolderInput, signal?: AbortSignal): Promise<ModelFolder> => {
  signal?.throwIfAborted();
  const worker = new Worker(WORKER, { workerData: input });
  const { promise, resolve, reject } = Promise.withResolvers<ModelFolder>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  worker.once('message', (reply: ExportReply) => {
    if (reply.kind === 'exported') resolve(reply.folder);
    else reject(new Error(`The model cannot be exported: ${reply.message}`));
  });
  worker.once('error', reject);
  worker.once('exit', (code) =>
    reject(new Error(`The thread that exports a model ended (exit code ${code}).`)),
  );
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
};

import { messageOf } from '../../lib/errors.ts';
import { createJobWorker, serveJobs } from '../../lib/worker.ts';
import { type ModelFolder, type ModelFolderInput, modelFolder } from './model-folder.ts';

/**
 * Runs `modelFolder` in a worker thread: a forest on a thousand labels has some hundred thousand nodes.
 * @throws when the saved model is damaged; the signal's reason if it was aborted
 */
export const exportModel = async (input: ModelFolderInput, signal?: AbortSignal): Promise<ModelFolder> => {
  const script = new URL(import.meta.url);
  const worker = createJobWorker<ModelFolderInput, ModelFolder>({ script, name: 'export' });
  try {
    return await worker.run(input, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`The model cannot be exported: ${messageOf(error)}`, { cause: error });
  } finally {
    await worker.close();
  }
};

serveJobs<ModelFolderInput, ModelFolder>(import.meta.url, (input) => {
  const result = modelFolder(input);
  return { result, transfer: result.files.map(({ bytes }) => bytes.buffer) };
});

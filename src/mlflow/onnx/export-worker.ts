import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../lib/errors.ts';
import { type ModelFolder, type ModelFolderInput, modelFolder } from './model-folder.ts';

/** What the thread answers, once. */
export type ExportReply =
  | { readonly kind: 'exported'; readonly folder: ModelFolder }
  | { readonly kind: 'failed'; readonly message: string };

const answer = (input: ModelFolderInput): ExportReply => {
  try {
    return { kind: 'exported', folder: modelFolder(input) };
  } catch (error) {
    return { kind: 'failed', message: messageOf(error) };
  }
};

if (parentPort) {
  const reply = answer(workerData);
  const buffers = reply.kind === 'exported' ? reply.folder.files.map(({ bytes }) => bytes.buffer) : [];
  parentPort.postMessage(reply, buffers);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody, sendText } from 'sandbox-kit/requests';
import type { Core } from '../core.ts';

const MAX_UPLOAD_BYTES = 20_000_000;

/** The bytes of an upload: the body itself, or the one file of a multipart form. */
export const takeUpload = async (
  secret: string,
  request: IncomingMessage,
  response: ServerResponse,
  core: Core,
): Promise<void> => {
  const body = await readBody(request, MAX_UPLOAD_BYTES);
  const { fate, delayMs } = core.faults.fateOf('upload');
  if (delayMs > 0) await sleep(delayMs);
  if (fate !== null && fate.kind !== 'status' && fate.kind !== 'lost') {
    request.socket.destroy();
    return;
  }
  const refused = core.faults.state().refuseUploads || fate?.kind === 'status';
  const fileId = refused ? undefined : core.uploads.take(secret);
  const file = fileId === undefined ? undefined : core.workspace.storage.file(fileId);
  const bytes = await fileBytes(request.headers['content-type'] ?? '', body);
  const outcome = refused
    ? 'refused'
    : file === undefined
      ? 'unknown address'
      : bytes === null
        ? 'no file'
        : 'ok';
  core.traffic.record({
    direction: 'out',
    kind: 'upload',
    name: file?.name ?? 'upload',
    outcome,
    detail: { bytes: bytes?.length ?? body.length },
  });
  if (file === undefined || bytes === null) {
    sendText(response, fate?.kind === 'status' ? fate.status : refused ? 500 : 404, 'text/plain', outcome);
    return;
  }
  core.workspace.storage.saveBytes(file.id, bytes);
  if (fate?.kind === 'lost') {
    request.socket.destroy();
    return;
  }
  sendText(response, 200, 'text/plain', `OK - ${bytes.length}`);
};

const fileBytes = async (contentType: string, body: Buffer): Promise<Uint8Array | null> => {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  for (const value of form.values()) if (typeof value !== 'string') return value.bytes();
  return null;
};

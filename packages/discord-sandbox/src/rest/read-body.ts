import { isObject, type JsonObject, objectsOf, parseJson } from 'sandbox-kit/json';
import { limits } from '../validate/limits.ts';
import { problem } from '../validate/problems.ts';
import { refuse, refuseForm } from './api-error.ts';
import type { UploadedFile } from './route.ts';

export interface ReadBody {
  readonly body: JsonObject;
  readonly list: readonly JsonObject[];
  readonly files: ReadonlyMap<number, UploadedFile>;
}

const nothing: ReadBody = { body: {}, list: [], files: new Map() };

/** Reads JSON, or a form with `payload_json` and `files[n]`. @throws DiscordApiError */
export const readBody = async (contentType: string, bytes: Buffer): Promise<ReadBody> => {
  if (bytes.length === 0) return nothing;
  if (bytes.length > limits.requestBytes) refuse('tooLarge');
  if (contentType.startsWith('application/json')) return { ...nothing, ...read(bytes.toString()) };
  if (contentType.startsWith('multipart/form-data')) return readForm(contentType, bytes);
  refuseForm([
    problem(
      [],
      'CONTENT_TYPE_INVALID',
      "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.",
    ),
  ]);
  return nothing;
};

const read = (text: string): Pick<ReadBody, 'body' | 'list'> => {
  const value = parseJson(text);
  if (value === undefined) refuse('badJson');
  return { body: isObject(value) ? value : {}, list: objectsOf(value) };
};

const readForm = async (contentType: string, bytes: Buffer): Promise<ReadBody> => {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => null);
  if (form === null) return refuse('badJson');
  const files = new Map<number, UploadedFile>();
  for (const [key, value] of form) {
    const number = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (number === undefined || typeof value === 'string') continue;
    files.set(Number(number), { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  const json = form.get('payload_json');
  return { files, ...(typeof json === 'string' ? read(json) : { body: {}, list: [] }) };
};

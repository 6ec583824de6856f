import { extname } from 'node:path';
import type { Attachment } from '../guild/types.ts';

const types: Readonly<Record<string, string>> = {
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
};

const PNG_SIGNATURE = '89504e470d0a1a0a';

/** A file's media type by its ending, and a PNG's size in pixels. */
export const describeFile = (
  name: string,
  bytes: Uint8Array,
): Pick<Attachment, 'content_type' | 'width' | 'height'> => {
  const content_type = types[extname(name).toLowerCase()] ?? 'application/octet-stream';
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 24));
  return view.length === 24 && view.toString('hex', 0, 8) === PNG_SIGNATURE
    ? { content_type, width: view.readUInt32BE(16), height: view.readUInt32BE(20) }
    : { content_type };
};

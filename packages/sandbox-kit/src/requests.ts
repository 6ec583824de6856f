import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that is too large or was cut off. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}

/** Reads the whole body. @throws BadRequest above `maxBytes` */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new BadRequest(`the body is larger than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
};

/** Answers with JSON that must not be cached; 404 for undefined. */
export const sendFound = (response: ServerResponse, body: unknown): void => {
  if (body === undefined) sendJson(response, 404, { error: 'there is nothing at this address' });
  else sendJson(response, 200, body, { 'cache-control': 'no-store' });
};

export const sendText = (
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff', ...headers });
  response.end(body);
};

/**
 * Whether a request may be answered: its Host header must name this machine, since a web page that was rebound to
 * 127.0.0.1 sends its own name.
 */
export const hostAllowed = (request: IncomingMessage, listenHost: string): boolean => {
  const host = request.headers.host ?? '';
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return ['127.0.0.1', 'localhost', '[::1]', listenHost].includes(name);
};

/** Whether a request to act comes from the sandbox's page or a program, not from another web page. */
export const originAllowed = (request: IncomingMessage): boolean => {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && origin !== `http://${host ?? ''}`) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  // Forms of other sites cannot send this type without a preflight.
  return request.method !== 'POST' || (request.headers['content-type'] ?? '').startsWith('application/json');
};

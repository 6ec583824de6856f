import type { IncomingMessage } from 'node:http';

/**
 * Whether a request may be answered at all. The Host header must name this machine: a web page elsewhere
 * whose name was rebound to 127.0.0.1 sends its own name.
 */
export const hostAllowed = (request: IncomingMessage, listenHost: string): boolean => {
  const host = request.headers.host ?? '';
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return ['127.0.0.1', 'localhost', '[::1]', listenHost].includes(name);
};

/** Whether a request to act in the workspace comes from its own page, or from a program; not from elsewhere. */
export const originAllowed = (request: IncomingMessage): boolean => {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && origin !== `http://${host ?? ''}`) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  // Forms of other sites cannot send this type without asking first.
  return request.method !== 'POST' || (request.headers['content-type'] ?? '').startsWith('application/json');
};

import { Buffer } from 'node:buffer';
import { FinkvraError, networkReason } from '../../lib/errors.ts';
import { retryAfterMs } from '../../lib/retry.ts';
import { MlflowError } from './mlflow-error.ts';

export type MlflowAuth =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export interface MlflowServer {
  /** Address of the server, with its path prefix if it has one, without /api; never with credentials. */
  readonly url: string;
  readonly auth: MlflowAuth | null;
  /** For a whole answer, ms. */
  readonly timeoutMs?: number;
  /** For a whole upload, ms. */
  readonly uploadTimeoutMs?: number;
}

/** One request; `path` follows the server's address, each of its segments already percent-encoded. */
export interface MlflowRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, bytes as they are. */
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

export interface MlflowHttp {
  readonly address: URL;
  /**
   * The text of the answer.
   * @throws MlflowError; the signal's reason if it was aborted
   */
  send(request: MlflowRequest): Promise<string>;
}

/** Longest part of a server's message that is passed on. */
const MESSAGE_LENGTH = 300;

/**
 * HTTP to one MLflow server, with its credentials and limits of time.
 * @throws FinkvraError if the address or the credentials cannot be sent
 */
export const createMlflowHttp = (server: MlflowServer): MlflowHttp => {
  const { auth, timeoutMs = 30_000, uploadTimeoutMs = 300_000 } = server;
  const address = readAddress(server.url);
  const credentials = authorization(auth);
  const safe = (message: string): string => {
    const [line = ''] = message.split('\n');
    const short = line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH)}...` : line;
    return credentials.secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), short);
  };

  const send = async ({ method, path, query, body, signal }: MlflowRequest): Promise<string> => {
    const url = new URL(`${address.href.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const bytes = body instanceof Uint8Array;
    const limit = bytes ? uploadTimeoutMs : timeoutMs;
    const timeout = AbortSignal.timeout(limit);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined
            ? {}
            : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
          ...credentials.header,
        },
        ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
        // A redirect would turn a POST into a GET, and could carry the credentials elsewhere.
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) {
        throw new MlflowError('timeout', `MLflow did not answer within ${Math.round(limit / 1000)} s`);
      }
      throw new MlflowError(
        'unreachable',
        safe(`Cannot reach MLflow at ${address.host}: ${networkReason(error)}`),
      );
    }
    if (!response.ok) throw refusal(response, text, auth, safe);
    return text;
  };

  return { address, send };
};

const readAddress = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new FinkvraError('The address of MLflow must be a URL such as http://127.0.0.1:5000');
  }
  if (url.username !== '' || url.password !== '') {
    throw new FinkvraError(
      'The address of MLflow has a user or password in it: take them out and give them as credentials',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new FinkvraError('The address of MLflow must end with its path: take away what follows ? or #');
  }
  return url;
};

/** The header, and every spelling of what must not be seen. */
const authorization = (
  auth: MlflowAuth | null,
): { readonly header: Readonly<Record<string, string>>; readonly secrets: readonly string[] } => {
  if (auth === null) return { header: {}, secrets: [] };
  const spellings = (secret: string): string[] => [secret, encodeURIComponent(secret)];
  if (auth.kind === 'bearer') {
    // A character that no header takes would make fetch complain with the token in its message.
    if (!/^[\x21-\x7e]+$/.test(auth.token)) {
      throw new FinkvraError('The MLflow token has characters that no token has: copy it again');
    }
    return { header: { authorization: `Bearer ${auth.token}` }, secrets: spellings(auth.token) };
  }
  if (auth.username.includes(':')) {
    throw new FinkvraError('The MLflow user name has a colon, which Basic authentication cannot send');
  }
  const encoded = Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64');
  return {
    header: { authorization: `Basic ${encoded}` },
    secrets: [...spellings(encoded), ...spellings(auth.password)].filter((secret) => secret !== ''),
  };
};

/** `error_code` and `message` of MLflow's JSON; both null when the body is something else. */
const faultOf = (body: string): { readonly code: string | null; readonly message: string | null } => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // A web page or plain text: the status has to say it all.
    return { code: null, message: null };
  }
  const fields = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const text = (name: string): string | null => {
    const value: unknown = fields.find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value : null;
  };
  return { code: text('error_code'), message: text('message') };
};

const refusal = (
  response: Response,
  body: string,
  auth: MlflowAuth | null,
  safe: (message: string) => string,
): MlflowError => {
  const { status, headers } = response;
  const { code, message } = faultOf(body);
  const words = [
    `MLflow answered ${status}`,
    ...((code ?? message) ? [[code, message].filter(Boolean).join(': ')] : []),
  ];
  const said = safe(words.join(', '));
  if (status >= 300 && status < 400) {
    const to = headers.get('location')?.split('?')[0] ?? 'another address';
    return new MlflowError(
      'bad-answer',
      safe(`MLflow's address redirects to ${to}: set that address instead`),
      {
        status,
      },
    );
  }
  if (status === 403 && body.includes('Invalid Host header')) {
    return new MlflowError(
      'refused',
      `${said}: the server does not know itself by the name in its address; start it with --allowed-hosts and that name`,
      { status },
    );
  }
  if (status === 401 || status === 403) {
    const advice =
      auth === null
        ? 'it wants credentials: set a user and password or a token'
        : 'it does not accept these credentials for this: check them and their rights';
    return new MlflowError('unauthorised', `${said}; ${advice}`, { status, errorCode: code });
  }
  if (status >= 500 || status === 429) {
    return new MlflowError('server-error', said, {
      status,
      errorCode: code,
      retryAfterMs: retryAfterMs(headers.get('retry-after')),
    });
  }
  if (code === null) {
    return new MlflowError(
      'bad-answer',
      `${said} without an MLflow error: is this the address of an MLflow server?`,
      {
        status,
      },
    );
  }
  return new MlflowError('refused', said, { status, errorCode: code });
};

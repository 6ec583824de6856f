import { FinkvraError, messageOf, networkReason } from '../../../lib/errors.ts';
import { parseExact } from '../../../lib/parse-exact.ts';
import { retryAfterMs } from '../../../lib/retry.ts';
import type { Position } from '../sky-position.ts';
import { isRecord, readSherlockAnswer, type SherlockResult } from './sherlock-result.ts';

/** Lasair's API for ZTF. */
export const DEFAULT_LASAIR_ENDPOINT = 'https://lasair-ztf.lsst.ac.uk/api';

export type SherlockErrorKind =
  | 'unauthorised'
  | 'rate-limited'
  | 'server-error'
  | 'timeout'
  | 'unreachable'
  | 'bad-answer';

/** Why a lookup brought no result. Its message never contains the token. */
export class SherlockError extends FinkvraError {
  override name = 'SherlockError';
  readonly kind: SherlockErrorKind;
  /** HTTP status, if there was an answer. */
  readonly status: number | null;
  /** For `rate-limited`: how long Lasair says to wait; null if it does not say. */
  readonly retryAfterMs: number | null;
  constructor(
    kind: SherlockErrorKind,
    message: string,
    details: { readonly status?: number; readonly retryAfterMs?: number | null } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

export interface SherlockClient {
  readonly hasToken: boolean;
  /**
   * Asks Sherlock about one position; one call of the hourly budget.
   * @throws SherlockError; the signal's reason if it was aborted
   */
  lookup(position: Position, signal?: AbortSignal): Promise<SherlockResult>;
}

export interface SherlockClientOptions {
  /** Base of the API, without `/sherlock/position/`. */
  readonly endpoint?: string;
  readonly token: string | null;
  /** For the whole answer, ms. */
  readonly timeoutMs?: number;
}

/** What the body of a refusal says, if it is the JSON that Lasair sends then. */
const detailOf = (body: string): string | null => {
  try {
    const parsed = parseExact(body);
    if (!isRecord(parsed)) return null;
    const detail = parsed.error ?? parsed.detail ?? parsed.message;
    return typeof detail === 'string' ? detail : null;
  } catch {
    // A web page or nothing: the status has to say it all.
    return null;
  }
};

/**
 * A client of Lasair's Sherlock service.
 * @throws FinkvraError if the token cannot be one
 */
export const createSherlockClient = (options: SherlockClientOptions): SherlockClient => {
  const { endpoint = DEFAULT_LASAIR_ENDPOINT, token, timeoutMs = 30_000 } = options;
  // fetch's error for a character that a header cannot hold would show the token.
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    throw new FinkvraError(
      'The Lasair token has characters that no token has: copy it again from your Lasair profile',
    );
  }
  const url = `${endpoint.replace(/\/+$/, '')}/sherlock/position/`;
  const safe = (message: string): string => {
    const short = message.length > 300 ? `${message.slice(0, 300)}...` : message;
    return token === null ? short : short.replaceAll(token, '[token]');
  };

  const refusal = (response: Response, body: string): SherlockError => {
    const { status } = response;
    const detail = detailOf(body);
    const said = safe(detail === null ? `Lasair answered ${status}` : `Lasair answered ${status}: ${detail}`);
    if (status === 401 || status === 403) {
      const advice =
        token === null
          ? 'it wants a token: set one from your Lasair profile'
          : 'it does not know the token: copy it again from your Lasair profile';
      return new SherlockError('unauthorised', `${said}; ${advice}`, { status });
    }
    if (status === 429) {
      return new SherlockError('rate-limited', said, {
        status,
        retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      });
    }
    // Lasair passes on a failure of the Sherlock service behind it as 400 with an `error`.
    if (status >= 500 || (status === 400 && detail !== null)) {
      return new SherlockError('server-error', said, { status });
    }
    return new SherlockError('bad-answer', said, { status });
  };

  const lookup = async ({ ra, dec }: Position, signal?: AbortSignal): Promise<SherlockResult> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...(token === null ? {} : { authorization: `Token ${token}` }),
        },
        body: new URLSearchParams({ ra: ra.toFixed(7), dec: dec.toFixed(7), lite: 'false' }).toString(),
        // A redirect would turn the POST into a GET.
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      body = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) {
        throw new SherlockError('timeout', `Lasair did not answer within ${Math.round(timeoutMs / 1000)} s`);
      }
      throw new SherlockError(
        'unreachable',
        safe(`Cannot reach ${new URL(url).host}: ${networkReason(error)}`),
      );
    }
    if (!response.ok) throw refusal(response, body);

    const { status } = response;
    let answer: unknown;
    try {
      answer = parseExact(body);
    } catch (error) {
      throw new SherlockError('bad-answer', safe(`Lasair's answer is not JSON: ${messageOf(error)}`), {
        status,
      });
    }
    const result = readSherlockAnswer(answer);
    if (result !== null) return result;
    const detail = detailOf(body);
    throw detail === null
      ? new SherlockError('bad-answer', "Lasair's answer has no classification", { status })
      : new SherlockError('server-error', safe(`Lasair answered: ${detail}`), { status });
  };

  return { hasToken: token !== null, lookup };
};

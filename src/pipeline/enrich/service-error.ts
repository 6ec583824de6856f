import { FinkvraError, networkReason } from '../../lib/errors.ts';
import { retryAfterMs } from '../../lib/retry.ts';

/** Why a service about objects gave no answer that can be used. */
export class ServiceError extends FinkvraError {
  override name = 'ServiceError';
  /** How long the service says to wait; null if it does not say. */
  readonly retryAfterMs: number | null;
  constructor(
    message: string,
    details: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

export interface AskOptions {
  readonly url: string;
  /** What it is called in messages: `Fink's API`. */
  readonly name: string;
  readonly init?: RequestInit;
  /** For the whole answer, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks a service and hands its answer, if that is a success, to `read`.
 * @throws ServiceError in words, whatever went wrong; the signal's reason if it was aborted
 */
export const askService = async <T>(
  { url, name, init = {}, timeoutMs, signal }: AskOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, timeout]) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new ServiceError(`${name} answered ${response.status}`, {
        retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      });
    }
    return await read(response);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ServiceError) throw error;
    if (timeout.aborted)
      throw new ServiceError(`${name} did not answer within ${Math.round(timeoutMs / 1000)} s`, {
        cause: error,
      });
    if (error instanceof FinkvraError) throw new ServiceError(`${name}: ${error.message}`, { cause: error });
    throw new ServiceError(`Cannot reach ${new URL(url).host}: ${networkReason(error)}`, { cause: error });
  }
};

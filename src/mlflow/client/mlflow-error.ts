import { FinkvraError } from '../../lib/errors.ts';

/**
 * - `unreachable`, `timeout`: no answer; nothing is known of what the server did
 * - `unauthorised`: the server wants other credentials
 * - `refused`: the request itself is wrong, or what it speaks of is not there; see `errorCode`
 * - `server-error`: the server, or something behind it, failed; worth another try
 * - `bad-answer`: whatever answered does not speak MLflow's API
 */
export type MlflowErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'unauthorised'
  | 'refused'
  | 'server-error'
  | 'bad-answer';

/** Why a call to MLflow failed. Its message never contains a password or token. */
export class MlflowError extends FinkvraError {
  override name = 'MlflowError';
  readonly kind: MlflowErrorKind;
  /** HTTP status, if there was an answer. */
  readonly status: number | null;
  /** MLflow's own name of the fault, such as RESOURCE_DOES_NOT_EXIST; null when it gave none. */
  readonly errorCode: string | null;
  /** How long the server asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;
  constructor(
    kind: MlflowErrorKind,
    message: string,
    details: {
      readonly status?: number;
      readonly errorCode?: string | null;
      readonly retryAfterMs?: number | null;
    } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = details.status ?? null;
    this.errorCode = details.errorCode ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** Whether this is MLflow refusing with one of these codes. */
export const isRefusal = (error: unknown, ...codes: readonly string[]): error is MlflowError =>
  error instanceof MlflowError && error.errorCode !== null && codes.includes(error.errorCode);

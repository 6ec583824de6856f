/** An error whose message is for the person who runs the program: what is wrong and what to do. */
export class FinkvraError extends Error {
  override name = 'FinkvraError';
}

/**
 * The message of whatever was thrown.
 *
 * @example catch (error) { log.warn({ reason: messageOf(error) }, 'The picture is left out'); }
 */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's or library's code of an error, such as ENOENT; '' for one without. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The deepest reason that fetch gives; its own message is only "fetch failed". */
export const networkReason = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return messageOf(error);
  return cause.message || codeOf(cause) || messageOf(error);
};

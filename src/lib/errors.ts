/** An error whose message is for the person who runs the program: what is wrong and what to do. */
export class FinkvraError extends Error {
  override name = 'FinkvraError';
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

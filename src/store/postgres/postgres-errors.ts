import { codeOf, FinkvraError, messageOf } from '../../lib/errors.ts';

/** The server aborted the transaction because of a conflict; a retry can succeed. */
const CONFLICTS = new Set(['40001', '40P01']);

/**
 * The connection was lost, or the server takes none at present;
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const LOST = new Set([
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '25P03',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/** Errors of `pg` without a code. */
const LOST_WORDS = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'timeout exceeded when trying to connect',
  'timeout expired',
];

/** Whether a transaction was aborted because of a conflict, so that a retry may succeed. */
export const isConflict = (error: unknown): boolean => CONFLICTS.has(codeOf(error));

/** Whether the server was unreachable or went away; uncommitted changes are lost. */
export const isLost = (error: unknown): boolean => {
  if (LOST.has(codeOf(error))) return true;
  // Several addresses of one host were tried.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isLost);
  const words = error instanceof Error ? error.message : '';
  return LOST_WORDS.some((begin) => words.startsWith(begin));
};

const KEPT = 'Everything stored before is kept; what was being stored is not.';

const wordsFor = (shown: string, code: string): string | null => {
  switch (code) {
    case '28P01':
    case '28000':
      return `${shown} refuses the user or the password: put STORE_URL right.`;
    case '3D000':
      return `${shown} does not exist: make it on the server (createdb), or put STORE_URL right.`;
    case '42501':
      return `The user of STORE_URL may not do this in ${shown}: make it the owner of the database.`;
    case '53100':
      return `The disk of ${shown} is full: free some space there and do it again. ${KEPT}`;
    case '25006':
      return `${shown} takes no writes (it may be a standby): name the primary server in STORE_URL. ${KEPT}`;
    case 'ENOTFOUND':
      return `The host of ${shown} is not known: put STORE_URL right.`;
    default:
      return null;
  }
};

/** The cause of a server error and its remedy, if it lies outside of this program; else the error itself. */
export const postgresError = (shown: string, error: unknown): unknown => {
  const words = isLost(error)
    ? `${shown} cannot be reached: start the server, or put STORE_URL right, and do it again. ${KEPT}`
    : wordsFor(shown, codeOf(error));
  return words === null
    ? error
    : new FinkvraError(`${words} (PostgreSQL: ${messageOf(error)})`, { cause: error });
};

/** The server went away during a commit and did not come back to tell its outcome. */
export const doubtfulCommit = (shown: string, error: unknown): FinkvraError =>
  new FinkvraError(
    `${shown} went away while something was being stored, and cannot be asked whether it has it: start the server, and look before you do it again.`,
    { cause: error },
  );

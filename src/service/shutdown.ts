import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';

/** Longest that a clean end may take before the process goes anyway, in ms; the store survives that too. */
const SHUTDOWN_MS = 10_000;

/**
 * A second signal this soon is the same wish, in ms: Ctrl-C in a terminal reaches npm and the service, and npm
 * passes it on.
 */
const ONE_WISH_MS = 1000;

/** After more unexpected errors than this within ten minutes the process ends. */
const MOST_RESTARTS = 3;
const RESTARTS_MS = 600_000;

/**
 * Keeps the service running when its output can no longer be written (EPIPE: the log's reader died; EIO: the
 * terminal was closed; ENOSPC: the disk is full). Without a listener the error would reach the handler of unexpected
 * errors, which logs to the same stream, and so on without end.
 */
const outliveLostOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

const sayFault = (error: unknown): void => {
  process.stderr.write(`finkvra: ${messageOf(error)}\n`);
};

/** Where in the program it was thrown: one line, for a report. */
const placeOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack?.split('\n')[1]?.trim() : undefined;

/** Starts the service; resolves to what stops it. */
type Start = (
  onIncurable: (error: Error) => void,
  onFault: (error: Error) => void,
) => Promise<() => Promise<void>>;

/**
 * Runs a service in this process until it ends, in order: with 0 on SIGINT and SIGTERM, with 1 and a sentence
 * when it cannot start or tells that it cannot go on. Asked again later the process goes at once.
 *
 * An error that nobody caught may have left a part of the service dead, so the service is stopped and started
 * anew, whole: what was under way goes on from the store. Again and again, the process ends with 1.
 * @param start calls `onIncurable` when only a person can help, and `onFault` when a start anew does
 */
export const runService = async (start: Start): Promise<void> => {
  // While it starts there is nothing to stop: the store survives an end at any point.
  let stop = async (): Promise<void> => undefined;
  let asked: number | null = null;
  let restarting = false;
  let starting = false;
  const faults: number[] = [];

  const end = async (code: number): Promise<void> => {
    const now = performance.now();
    if (asked !== null) {
      if (now - asked > ONE_WISH_MS) process.exit(1);
      return;
    }
    asked = now;
    await Promise.race([stop(), sleep(SHUTDOWN_MS)]);
    process.exit(code);
  };

  const begin = async (): Promise<void> => {
    starting = true;
    try {
      stop = await start((error) => {
        sayFault(error);
        void end(1);
      }, onLost);
    } catch (error) {
      sayFault(error);
      process.exit(1);
    }
    starting = false;
  };

  const beginAnew = async (): Promise<void> => {
    restarting = true;
    const stopped = await Promise.race([stop().then(() => true), sleep(SHUTDOWN_MS, false)]);
    // What did not stop still holds the store: only a new process can begin there.
    if (!stopped) process.exit(1);
    if (asked === null) await begin();
    restarting = false;
  };

  const log = createLog('error');
  const onLost = (error: Error): void => {
    log.error(`${messageOf(error)}: it stops, and waits for its turn`);
    if (asked !== null) return;
    // Nothing that is half started can be stopped: only a new process can begin.
    if (starting) process.exit(1);
    if (!restarting) void beginAnew();
  };
  const onFault = (error: unknown): void => {
    const now = performance.now();
    faults.push(now);
    const many = faults.filter((at) => now - at < RESTARTS_MS).length > MOST_RESTARTS;
    const next = many
      ? 'it happened too often: the service ends'
      : 'the service starts anew, nothing is lost';
    log.error({ error: messageOf(error), at: placeOf(error) }, `an error that nobody expected: ${next}`);
    if (asked !== null || (restarting && !many)) return;
    // Nobody waits for either: both end the process themselves where they fail.
    void (many ? end(1) : beginAnew());
  };

  outliveLostOutput();
  process.on('SIGINT', () => end(0)).on('SIGTERM', () => end(0));
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  await begin();
};

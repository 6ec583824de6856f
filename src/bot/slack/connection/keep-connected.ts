import { type App, type Logger as BoltLogger, SocketModeReceiver } from '@slack/bolt';
import { WebAPIRateLimitedError, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import { type FinkvraError, messageOf } from '../../../lib/errors.ts';
import { type BackOffOptions, createBackOff } from '../../../lib/retry.ts';
import { createWaits } from '../../../lib/waiting.ts';
import { incurable, socketModeOff, whyAway } from './token-refusals.ts';

export interface SocketsOptions {
  readonly appToken: string;
  readonly clientOptions: WebClientOptions;
  /** The SDK's log, at debug: all that matters is logged here. */
  readonly quiet: BoltLogger;
  readonly log: Logger;
  readonly backOff?: BackOffOptions;
  /** Called once on an error that waiting cannot cure; all attempts then end. */
  readonly onIncurable: (error: FinkvraError) => void;
}

/** Connections that reopen by themselves. */
export interface Sockets {
  /**
   * Opens them. Resolves when all are open, or when the first attempt failed with an error that waiting may cure;
   * it then keeps trying.
   * @throws FinkvraError if Slack refuses for good
   */
  start(app: App): Promise<void>;
  stop(): Promise<void>;
}

/** Slack refreshes each connection every few hours, and a click needs an open one. */
const CONNECTIONS = 2;
const BACK_OFF: BackOffOptions = { firstMs: 500, longestMs: 30_000 };
/** Slack says hello at once; a connection silent for this long is closed. */
const HELLO_MS = 20_000;
/** A connection open for this long counts as a success. */
const STEADY_MS = 10_000;
/** Slack closes a connection about 10 s after its warning. Clicks that came by it are answered within this time. */
const LINGER_MS = 6_000;

/** How a connection ended: Slack announced its end, so another is due, or it broke. */
type End = { readonly kind: 'gone' } | { readonly kind: 'leaving'; readonly reason: string };

interface Socket {
  readonly ended: Promise<End>;
  close(): void;
}

/** The reason in Slack's announcement that it will close the connection; null for any other message. */
const leavingReason = (data: unknown): string | null => {
  // Clicks are much longer; do not parse them twice.
  if (typeof data !== 'string' || data.length > 1000 || !data.includes('"disconnect"')) return null;
  try {
    const message: unknown = JSON.parse(data);
    if (typeof message !== 'object' || message === null) return null;
    const { type, reason }: { type?: unknown; reason?: unknown } = message;
    return type === 'disconnect' ? String(reason) : null;
  } catch {
    return null; // not JSON: the SDK ignores it too
  }
};

/**
 * Opens one connection and never reopens it: the SDK's own reopening gives up after a few refusals with an error
 * that nothing can catch.
 */
const openSocket = async (
  { appToken, clientOptions, quiet, log }: SocketsOptions,
  app: App,
  stopping: AbortSignal,
): Promise<Socket> => {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: quiet,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...clientOptions, retryConfig: { retries: 0 } } },
    processEventErrorHandler: async ({ error }) => {
      log.error({ error: messageOf(error) }, 'an event of Slack could not be handled');
      return false;
    },
  });
  receiver.init(app);
  const { client } = receiver;
  const close = (): void => void client.disconnect();
  let fault: unknown = null;
  client.on('error', (error: unknown) => {
    fault = error;
  });
  // The SDK closes a connection at Slack's warning, and pending acknowledgements are lost. So it gets every
  // message but that one.
  const sdk = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  const ended = new Promise<End>((resolve) => {
    client.on('close', () => resolve({ kind: 'gone' }));
    client.on('ws_message', (...message: unknown[]) => {
      const reason = leavingReason(message[0]);
      if (reason !== null) resolve({ kind: 'leaving', reason });
      else for (const listener of sdk) listener(...message);
    });
  });
  const opening = receiver.start();
  try {
    await withinTime(opening, HELLO_MS, stopping);
  } catch (error) {
    opening.catch(() => undefined); // closed already: nobody waits for it
    close();
    throw error ?? fault ?? new Error('the connection was closed before it was open');
  }
  return { ended, close };
};

/** Rejects after `ms`, or when the service stops. */
const withinTime = async <T>(work: Promise<T>, ms: number, stopping: AbortSignal): Promise<T> => {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('the service stops'));
  const timer = setTimeout(() => reject(new Error('Slack did not open a connection in time')), ms);
  stopping.addEventListener('abort', stop);
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
  }
};

/** Logs once that Slack is away and once that it is back. */
const createReporter = (log: Logger) => {
  let open = 0;
  let awaySince: number | null = null;
  return {
    opened: (): void => {
      open += 1;
      if (awaySince === null) return;
      const seconds = Math.round((performance.now() - awaySince) / 1000);
      awaySince = null;
      log.info({ seconds }, 'Slack is back');
    },
    closed: (): void => {
      open -= 1;
    },
    failed: (error: unknown): void => {
      log.debug({ error: whyAway(error), open }, 'a connection to Slack could not be opened');
      if (open > 0 || awaySince !== null) return;
      awaySince = performance.now();
      log.warn(
        { error: whyAway(error) },
        'Slack is away: clicks cannot arrive; trying again until it is back',
      );
    },
  };
};

/** Keeps connections open whatever Slack answers; ends only on errors that waiting cannot cure. */
export const keepConnected = (options: SocketsOptions): Sockets => {
  const { log, backOff = BACK_OFF, onIncurable } = options;
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);
  const stopped = waits.untilWoken();
  const reporter = createReporter(log);
  let started = false;
  let running: Promise<unknown> = Promise.resolve();

  const giveUp = (error: FinkvraError): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    if (started) onIncurable(error);
  };

  /** Waits until a connection ends. One that Slack is about to close still acknowledges its clicks. */
  const watch = async (socket: Socket): Promise<void> => {
    reporter.opened();
    const end = await Promise.race([socket.ended, stopped]);
    reporter.closed();
    if (end === undefined) socket.close();
    if (end?.kind !== 'leaving') return;
    if (end.reason === 'link_disabled') giveUp(socketModeOff());
    void linger(socket);
  };

  /** Lets a closing connection send its acknowledgements. */
  const linger = async (socket: Socket): Promise<void> => {
    await waits.sleep(LINGER_MS);
    socket.close();
  };

  /** One connection after another, forever. `attempted` gets the result of the first attempt. */
  const keepOne = async (app: App, attempted: (fault: FinkvraError | null) => void): Promise<void> => {
    const pauses = createBackOff(backOff);
    while (!stopping.signal.aborted) {
      try {
        const socket = await openSocket(options, app, stopping.signal);
        attempted(null);
        const since = performance.now();
        await watch(socket);
        // Reconnect at once, unless Slack closes every connection right away.
        if (performance.now() - since > STEADY_MS) pauses.reset();
        else await waits.sleep(pauses.next());
      } catch (error) {
        if (stopping.signal.aborted) break;
        const end = incurable(error, 'SLACK_APP_TOKEN');
        attempted(end);
        if (end !== null) return giveUp(end);
        reporter.failed(error);
        const asked = error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : 0;
        await waits.sleep(Math.max(asked, pauses.next()));
      }
    }
    attempted(null);
  };

  return {
    start: async (app) => {
      const attempts = Array.from({ length: CONNECTIONS }, () =>
        Promise.withResolvers<FinkvraError | null>(),
      );
      running = Promise.all(attempts.map(({ resolve }) => keepOne(app, resolve)));
      const faults = await Promise.all(attempts.map(({ promise }) => promise));
      const [fault] = faults.filter((one) => one !== null);
      if (fault !== undefined) throw fault;
      started = true;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

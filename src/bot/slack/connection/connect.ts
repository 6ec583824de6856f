import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type App, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../../config/config.ts';
import { FinkvraError, messageOf } from '../../../lib/errors.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import { boltLogger } from './bolt-logger.ts';
import { keepConnected } from './keep-connected.ts';

/** How clicks reach the bot. */
export interface Connection {
  /** The receiver to build the app with. */
  readonly receiver: Receiver;
  /**
   * Opens the connection. If Slack is away it resolves too, and keeps trying.
   * @throws FinkvraError if Slack refuses the bot for good, or the port is in use
   */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ConnectOptions {
  readonly slack: SlackConfig;
  readonly clientOptions: WebClientOptions;
  readonly log: Logger;
  /** Pauses between attempts to connect. */
  readonly backOff?: BackOffOptions;
  /** Called once after the start, on an error that waiting cannot cure. */
  readonly onIncurable: (error: FinkvraError) => void;
}

/** Socket Mode, or HTTP if a signing secret is configured. */
export const connect = (options: ConnectOptions): Connection =>
  options.slack.http == null ? bySocket(options) : overHttp(options, options.slack.http);

const bySocket = (options: ConnectOptions): Connection => {
  const { appToken } = options.slack;
  if (appToken === null) throw new FinkvraError('Set SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET for HTTP.');
  const { log } = options;
  const sockets = keepConnected({ ...options, appToken, quiet: boltLogger(log, { quiet: true }) });
  let app: App | null = null;
  const start = async (): Promise<void> => {
    if (app === null) throw new Error('the connection was started before its app was built');
    await sockets.start(app);
  };
  return {
    receiver: {
      init: (built) => {
        app = built;
      },
      start,
      stop: sockets.stop,
    },
    start,
    stop: sockets.stop,
  };
};

/**
 * Largest difference between a request's timestamp and our clock. Bolt uses the same limit, but checks only for
 * old ones.
 */
const MOST_STAMP_OFFSET_S = 300;

/** Whether a request's timestamp is in the future by more than clocks differ. */
const isFromTheFuture = ({ headers }: IncomingMessage): boolean =>
  Number(headers['x-slack-request-timestamp']) > Date.now() / 1000 + MOST_STAMP_OFFSET_S;

/** Receives over HTTP. Bolt checks each request's signature and age first. */
const overHttp = (
  { log }: ConnectOptions,
  { signingSecret, host, port }: NonNullable<SlackConfig['http']>,
): Connection => {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger: boltLogger(log),
    processBeforeResponse: false,
    // A click that was not stored is not acknowledged, on purpose; its person has been told.
    unhandledRequestHandler: ({ response }) => {
      if (!response.headersSent) response.writeHead(503).end();
    },
  });
  const server = createServer((request, response) => {
    if (isFromTheFuture(request)) {
      log.warn('a request with a stamp from the future was refused: check this machine’s clock');
      response.writeHead(401).end();
      return;
    }
    try {
      receiver.requestListener(request, response);
    } catch {
      response.writeHead(404).end(); // Bolt throws for every path but its own
    }
  });
  const start = async (): Promise<void> => {
    try {
      const listening = once(server, 'listening');
      server.listen(port, host);
      await listening;
    } catch (error) {
      throw new FinkvraError(
        `Slack's requests cannot be received on ${host}, port ${port}: ${messageOf(error)}. Set HTTP_PORT to a free one and HTTP_HOST to an address of this machine.`,
        { cause: error },
      );
    }
    server.on('error', (error) => log.error({ error: messageOf(error) }, 'a request could not be received'));
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await closed;
  };
  return { receiver: { init: (app) => receiver.init(app), start, stop }, start, stop };
};

import { type App, HTTPReceiver, type Logger, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { SlackConfig } from '../../config/config.ts';
import { FinkvraError, messageOf } from '../../lib/errors.ts';

/** How clicks reach the bot. */
export interface Connection {
  /** The receiver to build the app with. */
  readonly receiver: Receiver;
  /** To be called with the app that was built. */
  attach(app: App): void;
  /** @throws FinkvraError when Slack does not let the bot in, or the port is taken */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ConnectOptions {
  readonly slack: SlackConfig;
  readonly clientOptions: WebClientOptions;
  readonly logger: Logger;
}

/** Two connections: Slack refreshes each every few hours, and a click must find one that is open. */
const CONNECTIONS = 2;

/** By Socket Mode, or over HTTP where the configuration has a signing secret. */
export const connect = (options: ConnectOptions): Connection =>
  options.slack.http == null ? bySocket(options) : overHttp(options, options.slack.http);

const bySocket = ({ slack: { appToken }, clientOptions, logger }: ConnectOptions): Connection => {
  if (appToken === null) throw new FinkvraError('Set SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET for HTTP.');
  const receivers = Array.from(
    { length: CONNECTIONS },
    () => new SocketModeReceiver({ appToken, logger, installerOptions: { clientOptions } }),
  );
  const [receiver, ...others] = receivers;
  if (receiver === undefined) throw new Error('at least one connection is needed');
  return {
    receiver,
    attach: (app) => {
      for (const other of others) other.init(app);
    },
    start: async () => {
      try {
        for (const one of receivers) await one.start();
      } catch (error) {
        throw new FinkvraError(
          `Slack does not let the bot in: ${messageOf(error)}. Check SLACK_APP_TOKEN (connections:write) and SLACK_BOT_TOKEN.`,
          { cause: error },
        );
      }
    },
    stop: async () => {
      for (const one of receivers) await one.stop();
    },
  };
};

/** Bolt checks each request's signature and age before anything else sees it. */
const overHttp = (
  { logger }: ConnectOptions,
  { signingSecret, port }: NonNullable<SlackConfig['http']>,
): Connection => {
  const receiver = new HTTPReceiver({ signingSecret, logger, processBeforeResponse: false });
  return {
    receiver,
    attach: () => undefined,
    start: async () => {
      try {
        await receiver.start(port);
      } catch (error) {
        throw new FinkvraError(
          `Slack's requests cannot be received on port ${port}: ${messageOf(error)}. Set HTTP_PORT to a free one.`,
          { cause: error },
        );
      }
    },
    stop: async () => {
      await receiver.stop();
    },
  };
};

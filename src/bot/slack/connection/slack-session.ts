import { App } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../../config/config.ts';
import { FinkvraError, messageOf } from '../../../lib/errors.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import { joinChannel } from '../enter-channel.ts';
import { boltLogger } from './bolt-logger.ts';
import { connect } from './connect.ts';
import { type AskOptions, type Identity, identify } from './until-answered.ts';

export interface SlackSessionOptions {
  readonly slack: SlackConfig;
  readonly log: Logger;
  /** Pauses between attempts to reach Slack. */
  readonly backOff?: BackOffOptions;
  /** Called once, after the start, when Slack refuses the bot for good; the service has to end then. */
  readonly onIncurable?: (error: FinkvraError) => void;
}

/** The bot's way into a workspace. */
export interface SlackSession {
  /** To register listeners with, before the start. */
  readonly app: App;
  /** Who the bot is, once Slack has said so; null when it was stopped before. Rejects as `start` does. */
  readonly identity: Promise<Identity | null>;
  /** To ask Slack with until it answers, or the session stops. */
  readonly asking: AskOptions;
  /** Resolves when the bot is in its channel, as far as it can be. */
  readonly joined: Promise<void>;
  /** Waits out limits and tries again: for answers to people, who wait too. */
  client(): WebClient;
  /** Neither tries again nor waits: for what looks before it does a thing twice. */
  oneTry(): WebClient;
  /**
   * Opens the way for clicks; where Slack is away it resolves too, and goes on trying.
   * @throws FinkvraError when Slack refuses the bot for good
   */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const BACK_OFF: BackOffOptions = { firstMs: 500, longestMs: 30_000 };
const CLIENT_OPTIONS = { timeout: 10_000, retryConfig: { retries: 2 } } satisfies WebClientOptions;

/** Begins to find out who the bot is and to join its channel; clicks come once it is started. */
export const openSession = ({
  slack,
  log,
  backOff = BACK_OFF,
  onIncurable = () => undefined,
}: SlackSessionOptions): SlackSession => {
  const logger = boltLogger(log);
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl, logger };
  const client = (): WebClient => new WebClient(slack.botToken, clientOptions);
  const oneTry = (): WebClient =>
    new WebClient(slack.botToken, {
      ...clientOptions,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
  const connection = connect({ slack, clientOptions, log, backOff, onIncurable });
  const stopping = new AbortController();
  const asking = { client: oneTry(), log, backOff, stopping: stopping.signal };
  const away = Promise.withResolvers<void>();
  // Of its own accord Bolt asks once, at once, and takes no click ever again if Slack is away just then.
  const identity = identify(asking, away.resolve);
  const joined = identity.then(
    () => joinChannel(asking, slack.channel),
    () => undefined, // said by the start
  );
  const app = new App({
    receiver: connection.receiver,
    authorize: async () => {
      const me = await identity;
      if (me === null) throw new Error('the service stops');
      return { botToken: slack.botToken, botId: me.botId, botUserId: me.botUserId };
    },
    clientOptions,
    logger,
    // Nothing here is a conversation; the store knows all.
    convoStore: false,
  });
  app.error(async (error) => log.error({ error: messageOf(error) }, 'a listener failed'));

  return {
    app,
    identity,
    asking,
    joined,
    client,
    oneTry,
    start: async () => {
      const arrived = (async (): Promise<void> => {
        if ((await identity) !== null) await connection.start();
      })();
      try {
        await Promise.race([arrived, away.promise]);
      } catch (error) {
        stopping.abort();
        throw error;
      }
      // Waited for above, unless Slack was away.
      arrived.catch((error: unknown) =>
        onIncurable(
          error instanceof FinkvraError ? error : new FinkvraError(messageOf(error), { cause: error }),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await connection.stop();
    },
  };
};

import { App } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../../config/config.ts';
import { FinkvraError, messageOf } from '../../../lib/errors.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import { joinChannel } from '../enter-channel.ts';
import { boltLogger } from './bolt-logger.ts';
import { connect } from './connect.ts';
import { slackFetch } from './slack-fetch.ts';
import { type AskOptions, type Identity, identify } from './until-answered.ts';

export interface SlackSessionOptions {
  readonly slack: SlackConfig;
  readonly log: Logger;
  /** Awaited before each call; what it throws ends the call. */
  readonly guard?: () => Promise<void>;
  /** Pauses between attempts to reach Slack. */
  readonly backOff?: BackOffOptions;
  /** Called once after the start if Slack refuses the bot for good; the service must then end. */
  readonly onIncurable?: (error: FinkvraError) => void;
}

/** The bot's session with a workspace. */
export interface SlackSession {
  /** For registering listeners before the start. */
  readonly app: App;
  /** Who the bot is; null if it was stopped before Slack answered. Rejects as `start` does. */
  readonly identity: Promise<Identity | null>;
  /** Options for asking Slack until it answers or the session stops. */
  readonly asking: AskOptions;
  /** Resolves when the bot has joined its channel, or cannot. */
  readonly joined: Promise<void>;
  /** Waits out rate limits and retries: for answers to people. */
  client(): WebClient;
  /** Neither retries nor waits: for the outbox, which looks before a second post. */
  oneTry(): WebClient;
  /**
   * Starts to receive clicks. If Slack is away it resolves too, and keeps trying.
   * @throws FinkvraError if Slack refuses the bot for good
   */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const BACK_OFF: BackOffOptions = { firstMs: 500, longestMs: 30_000 };
const CLIENT_OPTIONS = {
  timeout: 10_000,
  retryConfig: { retries: 2 },
  fetch: slackFetch,
} satisfies WebClientOptions;

/** A client that asks before each call, also before those that a post makes again by itself. */
class GuardedClient extends WebClient {
  readonly #guard: () => Promise<void>;
  constructor(guard: () => Promise<void>, token: string, options: WebClientOptions) {
    super(token, options);
    this.#guard = guard;
  }
  override async apiCall(...call: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
    await this.#guard();
    return super.apiCall(...call);
  }
}

/** Starts to identify the bot and to join its channel; clicks come only after `start`. */
export const openSession = ({
  slack,
  log,
  backOff = BACK_OFF,
  onIncurable = () => undefined,
  guard = async () => undefined,
}: SlackSessionOptions): SlackSession => {
  const logger = boltLogger(log);
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl, logger };
  const client = (): WebClient => new GuardedClient(guard, slack.botToken, clientOptions);
  const oneTry = (): WebClient =>
    new GuardedClient(guard, slack.botToken, {
      ...clientOptions,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
  const connection = connect({ slack, clientOptions, log, backOff, onIncurable });
  const stopping = new AbortController();
  const asking = { client: oneTry(), log, backOff, stopping: stopping.signal };
  const away = Promise.withResolvers<void>();
  // Bolt itself asks only once, and takes no clicks at all if Slack is away at that moment.
  const identity = identify(asking, away.resolve);
  const joined = identity.then(
    () => joinChannel(asking, slack.channel),
    () => undefined, // the start reports it
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
    // There are no conversations to keep; the store holds everything.
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
      // Awaited above, unless Slack was away.
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

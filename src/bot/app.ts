import { App, SocketModeReceiver } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackConfig } from '../config.ts';
import { FinkvraError, messageOf } from '../errors.ts';
import type { Loop } from '../loop/loop.ts';
import type { Status } from '../loop/status.ts';
import type { Db } from '../store/open-store.ts';
import { boltLogger } from './bolt-logger.ts';
import { drawMessage } from './draw-message.ts';
import { joinChannel } from './join-channel.ts';
import { learnNames } from './learn-names.ts';
import { registerListeners } from './listeners/index.ts';
import { createOutbox } from './outbox.ts';

export interface BotOptions {
  readonly slack: SlackConfig;
  readonly db: Db;
  readonly loop: Loop;
  readonly status: () => Promise<Status>;
  readonly clock: () => Date;
  readonly log: Logger;
}

export interface Bot {
  /** There may be messages to post or to draw again. */
  poke(): void;
  /** Takes no more clicks, finishes those under way, then stops posting. */
  stop(): Promise<void>;
}

/** Two connections: Slack refreshes each every few hours, and a click must find one that is open. */
const CONNECTIONS = 2;

const CLIENT_OPTIONS = { timeout: 10_000, retryConfig: { retries: 2 } } satisfies WebClientOptions;

/**
 * Connects the loop to a channel and starts posting what the store wants posted.
 * @throws FinkvraError when Slack does not accept the tokens
 */
export const startBot = async ({ slack, db, loop, status, clock, log }: BotOptions): Promise<Bot> => {
  const logger = boltLogger(log.child({ part: 'slack' }));
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl, logger };
  const receivers = Array.from(
    { length: CONNECTIONS },
    () => new SocketModeReceiver({ appToken: slack.appToken, logger, installerOptions: { clientOptions } }),
  );
  const [first, ...others] = receivers;
  if (first === undefined) throw new Error('at least one connection is needed');
  const app = new App({ token: slack.botToken, receiver: first, clientOptions, logger });
  for (const receiver of others) receiver.init(app);
  app.error(async (error) => log.error({ error: messageOf(error) }, 'a listener failed'));

  const underWay = new Set<Promise<unknown>>();
  const track = async <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };
  registerListeners(app, { loop, status, log, track });

  // Its own client, without retries: after an unanswered post the outbox looks before it posts again.
  const outbox = createOutbox({
    db,
    client: new WebClient(slack.botToken, {
      ...clientOptions,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    }),
    channel: slack.channel,
    draw: (row) => drawMessage(db, row),
    clock,
    log,
  });
  try {
    for (const receiver of receivers) await receiver.start();
  } catch (error) {
    await outbox.stop();
    throw new FinkvraError(
      `Slack does not let the bot in: ${messageOf(error)}. Check SLACK_APP_TOKEN (connections:write) and SLACK_BOT_TOKEN.`,
      { cause: error },
    );
  }
  void joinChannel(app.client, slack.channel).catch((error: unknown) =>
    log.warn({ error: messageOf(error) }, 'the bot could not join the channel: invite it there with /invite'),
  );
  void learnNames({ client: app.client, channel: slack.channel, db }).catch((error: unknown) =>
    log.warn({ error: messageOf(error) }, 'the names of the channel’s members could not be read'),
  );

  return {
    poke: () => outbox.poke(),
    stop: async () => {
      for (const receiver of receivers) await receiver.stop();
      await Promise.allSettled([...underWay]);
      await outbox.stop();
    },
  };
};

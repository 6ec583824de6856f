import { App } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../config/config.ts';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import type { BackOffOptions } from '../../lib/retry.ts';
import type { Status } from '../../loop/digest/status.ts';
import type { Loop } from '../../loop/loop.ts';
import type { PictureClient } from '../../pictures/picture-client.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { type Access, createAccess, openAccess, type People } from '../access.ts';
import { createHomes } from '../homes.ts';
import { createOutbox } from '../outbox.ts';
import { preparePictures } from '../prepare-pictures.ts';
import { boltLogger } from './bolt-logger.ts';
import { connect } from './connect.ts';
import { drawHome } from './draw-home.ts';
import { drawMessage } from './draw-message.ts';
import { joinChannel, learnNames } from './enter-channel.ts';
import type { Jobs, SettingInForce } from './listeners/context.ts';
import { registerListeners } from './listeners/index.ts';
import { identify } from './until-answered.ts';
import { createUploads } from './uploads.ts';

export interface BotOptions {
  readonly slack: SlackConfig;
  readonly db: Db;
  readonly loop: Loop;
  readonly status: () => Promise<Status>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Draws the cards' pictures; without it cards go out as text. */
  readonly pictures?: PictureClient;
  /** Who may label and who may run the loop; everyone without it. */
  readonly people?: { readonly labellers: People; readonly operators: People };
  /** What is asked. */
  readonly modelType: ModelType;
  /** People asked about each candidate. */
  readonly answersPerCandidate: number;
  /** What commands can have done; see `Jobs`. */
  readonly jobs?: Jobs;
  /** What App Home shows of the configuration. */
  readonly settings?: readonly SettingInForce[];
  /** How to label, in Markdown. */
  readonly guidelines?: string;
  /** Pauses between attempts to reach Slack. */
  readonly backOff?: BackOffOptions;
  /** Called once, after the start, when Slack refuses the bot for good; the service has to end then. */
  readonly onIncurable?: (error: FinkvraError) => void;
}

export interface Bot {
  /** There may be messages to post or to draw again. */
  poke(): void;
  /** Takes no more clicks, finishes those under way, then stops posting. */
  stop(): Promise<void>;
}

const BACK_OFF: BackOffOptions = { firstMs: 500, longestMs: 30_000 };
const CLIENT_OPTIONS = { timeout: 10_000, retryConfig: { retries: 2 } } satisfies WebClientOptions;

/**
 * Connects the loop to a channel and starts posting what the store wants posted.
 * @throws FinkvraError when Slack does not accept the tokens
 */
export const startBot = async (options: BotOptions): Promise<Bot> => {
  const { slack, db, loop, status, clock, log, pictures, people } = options;
  const slackLog = log.child({ part: 'slack' });
  const logger = boltLogger(slackLog);
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl, logger };
  const backOff = options.backOff ?? BACK_OFF;
  const onIncurable = options.onIncurable ?? (() => undefined);
  // Clients of their own, without retries: after an unanswered post the outbox looks before it posts again.
  const background = (): WebClient =>
    new WebClient(slack.botToken, {
      ...clientOptions,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
  const connection = connect({ slack, clientOptions, log: slackLog, backOff, onIncurable });
  const stopping = new AbortController();
  const away = Promise.withResolvers<void>();
  // Of its own accord Bolt asks once, at once, and takes no click ever again if Slack is away just then.
  const identity = identify(
    { client: background(), log: slackLog, backOff, stopping: stopping.signal },
    away.resolve,
  );
  const joined = identity.then(
    async () =>
      joinChannel({ client: background(), log: slackLog, backOff, stopping: stopping.signal }, slack.channel),
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
  });
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
  const members = background();
  const access: Access =
    people === undefined
      ? openAccess
      : createAccess({ ...people, membersOf: (group) => membersOf(members, group), clock, log });

  // Uploads wait out a limit by themselves, so they have a queue that holds up nothing else.
  const uploads = createUploads({ db, client: new WebClient(slack.botToken, clientOptions), clock, log });
  const home = {
    db,
    modelType: options.modelType,
    pictures: pictures ?? null,
    uploads,
    clock,
    guidelines: options.guidelines ?? '',
    settings: options.settings ?? [],
    access,
  };
  const homes = createHomes({
    db,
    client: background(),
    draw: (userId, workspace, onLate) => drawHome(home, userId, workspace, onLate),
    clock,
    log,
  });
  const prepare =
    pictures === undefined
      ? async () => undefined
      : preparePictures({ db, pictures, uploads, log, poke: () => outbox.poke() });
  const outbox = createOutbox({
    db,
    client: background(),
    channel: slack.channel,
    draw: (row) => drawMessage({ db, needed: options.answersPerCandidate }, row),
    prepare: async (rows, posting) => {
      if (posting) await joined;
      await prepare(rows, posting);
    },
    onSent: () => homes.changed(),
    clock,
    log,
  });
  const poke = (): void => {
    outbox.poke();
    homes.changed();
  };
  registerListeners(app, {
    loop,
    db,
    status,
    access,
    jobs: options.jobs ?? {},
    pictures: pictures ?? null,
    uploads,
    homes,
    channel: slack.channel,
    modelType: options.modelType,
    needed: options.answersPerCandidate,
    clock,
    log,
    poke,
    track,
  });
  const arrived = (async (): Promise<void> => {
    if ((await identity) !== null) await connection.start();
  })();
  try {
    await Promise.race([arrived, away.promise]);
  } catch (error) {
    stopping.abort();
    await Promise.all([outbox.stop(), homes.stop()]);
    throw error;
  }
  // Waited for above, unless Slack was away.
  arrived.catch((error: unknown) =>
    onIncurable(error instanceof FinkvraError ? error : new FinkvraError(messageOf(error), { cause: error })),
  );
  void learnNames({ client: background(), channel: slack.channel, db }).catch((error: unknown) =>
    log.warn({ error: messageOf(error) }, 'the names of the channel’s members could not be read'),
  );

  return {
    poke,
    stop: async () => {
      stopping.abort();
      await connection.stop();
      await Promise.allSettled([...underWay]);
      await Promise.all([outbox.stop(), uploads.stop(), homes.stop()]);
    },
  };
};

/** The ids of a user group's members. */
const membersOf = async (client: WebClient, usergroup: string): Promise<readonly string[]> =>
  (await client.usergroups.users.list({ usergroup })).users ?? [];

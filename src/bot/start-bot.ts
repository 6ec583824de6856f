import type { Logger } from 'pino';
import type { ChatConfig } from '../config/config.ts';
import type { FinkvraError } from '../lib/errors.ts';
import type { BackOffOptions } from '../lib/retry.ts';
import type { Hints } from '../loop/answers/hints.ts';
import type { Surroundings } from '../loop/cards/surroundings.ts';
import type { Status } from '../loop/digest/status.ts';
import type { Loop } from '../loop/loop.ts';
import type { PictureClient } from '../pictures/picture-client.ts';
import type { ModelType } from '../pipeline/learning/label-maps.ts';
import { rememberWorkspace } from '../store/chat/workspace.ts';
import type { Db } from '../store/open-store.ts';
import type { People } from './access.ts';
import { createAppHome, NO_APP_HOME } from './app-home.ts';
import type { Jobs } from './bot-context.ts';
import type { SettingInForce } from './content/said.ts';
import { createIncoming } from './incoming.ts';
import { picturesOf } from './message-pictures.ts';
import { guardedChat } from './outbox/guarded-chat.ts';
import { createOutbox } from './outbox/outbox.ts';
import { type OutboxTimes, paceOf } from './outbox/outbox-context.ts';
import type { Chat } from './port.ts';
import { preparePictures } from './prepare-pictures.ts';
import { readHome } from './readings/read-home.ts';
import { readMessage } from './readings/read-message.ts';
import { createUploads } from './uploads.ts';

export interface BotOptions {
  /** The chat and its credentials. */
  readonly chat: ChatConfig;
  readonly db: Db;
  readonly loop: Loop;
  readonly status: () => Promise<Status>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Draws the cards' pictures; without it cards are text. */
  readonly pictures?: PictureClient;
  /** Data beyond the packet for cards; without it they show the packet alone. */
  readonly surroundings?: Surroundings;
  /** Who may label and who may run the loop. */
  readonly people: { readonly labellers: People; readonly operators: People };
  /** The question that people answer. */
  readonly modelType: ModelType;
  /** People asked about each candidate. */
  readonly answersPerCandidate: number;
  /** When people see the model's probability. */
  readonly hints: Hints;
  /** Actions for commands; see `Jobs`. */
  readonly jobs?: Jobs;
  /** The settings that Home shows. */
  readonly settings?: readonly SettingInForce[];
  /** Labelling guidelines, Markdown. */
  readonly guidelines?: string;
  /** Overrides of the outbox's times. */
  readonly outboxTimes?: Partial<OutboxTimes>;
  /** How long notes are gathered for somebody in Slack who has just got one, in ms; two seconds unless told. */
  readonly gatherMs?: number;
  /** Pauses between attempts to reach the chat. */
  readonly backOff?: BackOffOptions;
  /** Awaited before anything is sent to the chat; what it throws ends the call: this process may not post. */
  readonly guard?: () => Promise<void>;
  /** Called once if the chat refuses the bot for good after the start; the service must then end. */
  readonly onIncurable?: (error: FinkvraError) => void;
}

export interface Bot {
  /** There may be messages to post or redraw. */
  wake(): void;
  /** Takes no more clicks, finishes those under way, then stops posting. */
  stop(): Promise<void>;
}

/** Loads only the code of the chat in use. */
const createChat = async ({ chat, ...options }: BotOptions): Promise<Chat> => {
  switch (chat.kind) {
    case 'slack': {
      const { createSlackChat } = await import('./slack/slack-chat.ts');
      return createSlackChat({ ...options, slack: chat.slack });
    }
    case 'discord': {
      const { createDiscordChat } = await import('./discord/discord-chat.ts');
      return createDiscordChat({ ...options, discord: chat.discord });
    }
  }
};

/**
 * Connects the loop to a chat and starts posting.
 * @throws FinkvraError if the chat refuses the bot
 */
export const startBot = async (options: BotOptions): Promise<Bot> => {
  const { db, loop, status, modelType, clock, log } = options;
  const underWay = new Set<Promise<unknown>>();
  const track = async <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };
  const chat = guardedChat(await createChat(options), options.guard);

  const pictures = options.pictures ?? null;
  const surroundings = options.surroundings ?? null;
  const { backOff } = options;
  const uploads = createUploads({ db, chat, clock, log, ...(backOff === undefined ? {} : { backOff }) });
  const home = {
    db,
    modelType,
    clock,
    guidelines: options.guidelines ?? '',
    settings: options.settings ?? [],
    chat,
  };
  const { showHome } = chat;
  const appHome =
    showHome === null
      ? NO_APP_HOME
      : createAppHome({
          db,
          chat: { showHome, refusal: chat.refusal },
          read: (id) => readHome(home, { id }),
          clock,
          log,
        });
  const prepare =
    pictures === null
      ? async () => undefined
      : preparePictures({ db, pictures, surroundings, uploads, log, wake: () => outbox.wake() });
  let settling: Promise<void> | null = null;
  /** Runs before any drawing: uploads of another team cannot be used here. */
  const settled = (): Promise<void> => {
    settling ??= chat.team().then(async (team) => {
      if (team !== null && (await rememberWorkspace(db, { team, channel: chat.channel })))
        log.info({ team }, 'the store worked for another team before: its pictures are uploaded again');
    });
    return settling;
  };
  const reading = { db, quorum: options.answersPerCandidate, hints: options.hints, linkTo: chat.linkTo };
  const outbox = createOutbox({
    db,
    chat,
    read: (row) => readMessage(reading, row),
    prepare: async (rows, posting) => {
      if (posting) await chat.ready();
      await settled();
      await prepare(rows, posting);
    },
    lacksPicture: async (row) => {
      if (pictures === null) return false;
      for (const { key } of await picturesOf({ db, pictures, surroundings }, row))
        if (await uploads.wasLost(key)) return true;
      return false;
    },
    times: { ...paceOf(chat.postsPerSecond), ...options.outboxTimes },
    onSent: () => appHome.changed(),
    clock,
    log,
  });
  const wake = (): void => {
    outbox.wake();
    appHome.changed();
  };
  const incoming = createIncoming({
    loop,
    db,
    chat,
    status,
    jobs: options.jobs ?? {},
    pictures,
    surroundings,
    uploads,
    appHome,
    page: (actor) => readHome(home, actor),
    reading,
    guidelines: options.guidelines ?? '',
    modelType,
    clock,
    log,
    wake,
    track,
  });
  try {
    await chat.connect(incoming);
  } catch (error) {
    await chat.disconnect();
    await Promise.all([outbox.stop(), appHome.stop()]);
    throw error;
  }
  return {
    wake,
    stop: async () => {
      await chat.disconnect();
      await Promise.allSettled([...underWay]);
      await Promise.all([outbox.stop(), uploads.stop(), appHome.stop()]);
    },
  };
};

import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import type { Sandbox, StoredMessage } from 'slack-sandbox';
import type { Bot, BotOptions } from '../../src/bot/start-bot.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { pullAlerts } from '../../src/loop/intake/pull.ts';
import type { Loop, LoopOptions } from '../../src/loop/loop.ts';
import { sampleCard } from '../../src/pictures/card/sample-card.ts';
import { createPictureClient, type PictureClient } from '../../src/pictures/picture-client.ts';
import type { Alert } from '../../src/pipeline/alert.ts';
import type { ModelType } from '../../src/pipeline/learning/label-maps.ts';
import { type Assembled, assemble } from '../../src/service/assemble.ts';
import type { Db } from '../../src/store/open-store.ts';
import { storeAlerts } from './loop-parts.ts';
import { nightSource } from './night.ts';
import { quickBot, startRoomySandbox } from './sandbox.ts';
import { eventually, messagesOf, subjectOf, textOf } from './service.ts';
import { openTestStore } from './test-store.ts';

/** A bot in this process on real sockets to a sandbox, with an open round, as a team sees it. */
export interface Team {
  readonly db: Db;
  readonly sandbox: Sandbox;
  readonly loop: Loop;
  readonly bot: Bot;
  /** Restarts the service with this model type on the same store. */
  restart(modelType: ModelType, changed?: Changed): Promise<void>;
  readonly vera: string;
  readonly chandra: string;
  readonly cecilia: string;
  /** The cards of a round once there are that many. */
  cards(round: number, count: number): Promise<StoredMessage[]>;
  /** A message as it is now. */
  now(message: StoredMessage): StoredMessage;
  /** Waits until a message contains this text. */
  says(message: StoredMessage, words: string | RegExp): Promise<StoredMessage>;
  click(user: string, card: StoredMessage, actionId: string, stale?: boolean): Promise<void>;
  /** Chooses from the card's menu. */
  choose(user: string, card: StoredMessage, answer: string): Promise<void>;
  /** Posts a message with these buttons as the bot; resolves to its ts. */
  post(buttons: readonly { readonly action_id: string; readonly value: string }[]): Promise<string>;
  /** The last private note to a person once it contains this text. */
  note(user: string, words: string | RegExp): Promise<StoredMessage>;
  /** The last direct message to a person once it contains this text. */
  direct(user: string, words: string | RegExp): Promise<StoredMessage>;
  stop(): Promise<void>;
}

/** What the configuration says otherwise at a restart. */
export interface Changed {
  readonly channel?: string;
  readonly answersPerCandidate?: number;
}

export interface TeamOptions {
  /** The question; galactic or not by default. */
  readonly modelType?: ModelType;
  readonly rounds?: Partial<LoopOptions['rounds']>;
  readonly next?: LoopOptions['next'];
  /** Draws the cards' pictures; without it they go out as text. */
  readonly pictures?: PictureClient;
  readonly bot?: Partial<Omit<BotOptions, 'chat' | 'db' | 'loop'>>;
  readonly clock?: () => Date;
  /** Clicks over HTTP instead of Socket Mode. */
  readonly http?: { readonly signingSecret: string; readonly port: number };
  /** What the store has in place of a simulated night. */
  readonly alerts?: readonly Alert[];
  /** Where the services beside the packet are; none of them is asked without it. */
  readonly beside?: Pick<Config, 'finkApi' | 'sky'>;
  /** Before the first round opens. */
  readonly prepare?: (given: { readonly db: Db; readonly sandbox: Sandbox }) => Promise<void>;
}

const matches = (text: string, words: string | RegExp): boolean =>
  typeof words === 'string' ? text.includes(words) : words.test(text);

export const startTeam = async (options: TeamOptions = {}): Promise<Team> => {
  const clock = options.clock ?? (() => new Date());
  const log = pino({ level: 'silent' });
  const db = await openTestStore();
  const sandbox = await startRoomySandbox();
  const modelType = options.modelType ?? 'galactic';
  const source = nightSource({ size: 100, bogus: modelType === 'real' });
  if (options.alerts !== undefined) await storeAlerts(db, options.alerts, clock().toISOString());
  else await pullAlerts({ db, source, name: 'simulated night', filter: true, clock });
  await options.prepare?.({ db, sandbox });
  const { botToken, appToken, channel, apiUrl } = sandbox;
  const defaults = readConfig({
    SOURCE: 'none',
    NEXT_ROUND: options.next ?? 'at-once',
    FINK_API_URL: 'off',
    SKY_IMAGE_URL: 'off',
  });
  const slack = {
    botToken,
    appToken,
    channel,
    apiUrl,
    http: options.http === undefined ? null : { host: '127.0.0.1', ...options.http },
    postsPerSecond: 1000,
  };
  const config: Config = {
    ...defaults,
    ...options.beside,
    slack,
    rounds: { ...defaults.rounds, firstSize: 6, size: 3, strategy: 'uncertainty', ...options.rounds },
  };
  const start = (type: ModelType, changed: Changed = {}): Promise<Assembled> => {
    const { answersPerCandidate = config.rounds.answersPerCandidate } = changed;
    return assemble(
      { ...config, modelType: type, rounds: { ...config.rounds, answersPerCandidate } },
      {
        db,
        chat: { kind: 'slack', slack: { ...slack, channel: changed.channel ?? channel } },
        clock,
        log,
        pictures: options.pictures ?? null,
        signal: new AbortController().signal,
        bot: quickBot(options.bot),
      },
    );
  };
  let service = await start(modelType);
  if (options.next === 'scheduled') await service.loop.openRound();

  const now = (message: StoredMessage): StoredMessage =>
    sandbox.messages(message.channel).find(({ ts }) => ts === message.ts) ?? message;
  const [vera = '', chandra = '', cecilia = ''] = sandbox.users.map(({ id }) => id);
  return {
    db,
    sandbox,
    get loop() {
      return service.loop;
    },
    get bot() {
      return service.bot;
    },
    restart: async (type, changed) => {
      await service.stop();
      service = await start(type, changed);
    },
    vera,
    chandra,
    cecilia,
    now,
    cards: (round, count) =>
      eventually(`${count} cards of round ${round}`, () => {
        const cards = messagesOf(sandbox, 'card', round);
        return cards.length >= count && cards;
      }),
    says: (message, words) =>
      eventually(`message that says ${words}`, () => {
        const seen = now(message);
        return matches(textOf(seen), words) && seen;
      }),
    click: async (user, card, actionId, stale = false) => {
      await sandbox.act.click({ user, ts: card.ts, actionId, stale });
    },
    choose: async (user, card, answer) => {
      const candidate = card.metadata?.event_payload.candidate;
      await sandbox.act.select({
        user,
        ts: card.ts,
        actionId: 'finer_answer',
        value: `${answer}:${candidate}`,
      });
    },
    post: async (buttons) => {
      const elements = buttons.map((one) => ({
        type: 'button' as const,
        text: { type: 'plain_text' as const, text: one.action_id },
        ...one,
      }));
      const { ts } = await new WebClient(botToken, { slackApiUrl: apiUrl }).chat.postMessage({
        channel,
        text: 'an old card',
        blocks: [{ type: 'actions', elements }],
      });
      if (ts === undefined) throw new Error('the sandbox gave no ts');
      return ts;
    },
    note: (user, words) =>
      eventually(`private note that says ${words}`, () => {
        const seen = sandbox.ephemerals(user).at(-1);
        return seen !== undefined && matches(`${seen.text} ${textOf(seen)}`, words) && seen;
      }),
    direct: (user, words) =>
      eventually(`direct message that says ${words}`, () => {
        const seen = sandbox.messages(user.replace(/^U/, 'D')).at(-1);
        return seen !== undefined && matches(`${seen.text} ${textOf(seen)}`, words) && seen;
      }),
    stop: async () => {
      await service.stop();
      await sandbox.stop();
      await db.destroy();
    },
  };
};

/** Chandra corrects the label of a card's object. */
export const relabel = async (team: Team, card: StoredMessage, answer: string): Promise<void> => {
  const user = team.chandra;
  const { object } = subjectOf(card);
  await team.sandbox.act.command({ user, command: '/finkvra', text: `relabel ${object}` });
  await eventually('modal', () => team.sandbox.modals(user).length === 1);
  await team.sandbox.act.submit({ user, values: { relabel_answer: answer, relabel_note: '' } });
};

/** A client that has one picture for all: for tests in which it is not in question what is drawn. */
export const onePicture = async (): Promise<PictureClient> => {
  const client = createPictureClient();
  const picture = await client.card(sampleCard());
  await client.close();
  return { ...client, card: async () => picture, report: async () => picture };
};

/** The id of the picture that a message shows; undefined where it shows none. */
export const pictureOf = ({ blocks }: Pick<StoredMessage, 'blocks'>): string | undefined =>
  /"slack_file":\{"id":"(\w+)"/.exec(JSON.stringify(blocks))?.[1];

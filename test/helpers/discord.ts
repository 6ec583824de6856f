import {
  type DiscordSandbox,
  type SandboxOptions,
  type StoredMessage,
  startDiscordSandbox,
} from 'discord-sandbox';
import type { ChatConfig } from '../../src/config/config.ts';
import type { Assembled } from '../../src/service/assemble.ts';
import type { Db } from '../../src/store/open-store.ts';
import { type ServiceOptions, serviceOn, storeWithNight } from '../e2e/chats/service-on.ts';
import { eventually } from './service.ts';

/** A bot in this process on the stand-in for Discord, with a round open. */
export interface DiscordTeam {
  readonly db: Db;
  readonly sandbox: DiscordSandbox;
  readonly service: Assembled;
  start(options?: ServiceOptions): Promise<void>;
  /** Stops the service alone. */
  halt(): Promise<void>;
  /** The open round's cards, in the channel or in threads, once there are that many. */
  cards(count: number): Promise<StoredMessage[]>;
  /** A private answer to a person once it contains this text. */
  note(user: string, words: string | RegExp): Promise<StoredMessage>;
  stop(): Promise<void>;
}

/** A server with limits that tests do not reach by accident. */
export const ROOMY: SandboxOptions = {
  port: 0,
  databasePath: ':memory:',
  rateScale: 1000,
  identifyWindowMs: 0,
};

/** A message's text as people read it: plain spaces, no escapes. */
export const textOfMessage = ({ content, embeds, components }: StoredMessage): string => {
  const labels = [...JSON.stringify(components).matchAll(/"(?:label|placeholder)":"([^"]+)"/g)];
  return [content, JSON.stringify(embeds), ...labels.map(([, label]) => label)]
    .join(' ')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\\\\', '');
};

export const customIdsOf = ({ components }: Pick<StoredMessage, 'components'>): string[] =>
  [...JSON.stringify(components).matchAll(/"custom_id":"([^"]+)"/g)].map(([, id = '']) => id);

/** The custom_id that starts with this text. @throws Error if the message has none */
export const customId = (message: StoredMessage, begin: string): string => {
  const found = customIdsOf(message).find((id) => id.startsWith(begin));
  if (found === undefined) throw new Error(`${message.id} has no component ${begin}`);
  return found;
};

export const openDiscordTeam = async (options: Partial<SandboxOptions> = {}): Promise<DiscordTeam> => {
  const [db, sandbox] = await Promise.all([storeWithNight(), startDiscordSandbox({ ...ROOMY, ...options })]);
  let service: Assembled | null = null;
  let stopped = false;
  const running = (): Assembled => {
    if (service === null) throw new Error('the service is not started');
    return service;
  };
  const messages = (): StoredMessage[] =>
    [
      sandbox.channel,
      ...sandbox.channels().flatMap(({ id, thread }) => (thread === undefined ? [] : [id])),
    ].flatMap((id) => sandbox.messages(id));
  return {
    db,
    sandbox,
    get service() {
      return running();
    },
    start: async (how = {}) => {
      const chat: ChatConfig = {
        kind: 'discord',
        discord: {
          token: sandbox.botToken,
          channel: sandbox.channel,
          apiUrl: sandbox.apiUrl,
          postsPerSecond: 1000,
        },
      };
      service = await serviceOn(db, chat, how);
    },
    halt: async () => {
      await running().stop();
      service = null;
    },
    cards: (count) =>
      eventually(`${count} cards`, () => {
        const cards = messages().filter((message) =>
          customIdsOf(message).some((id) => id.startsWith('answer ')),
        );
        return cards.length >= count && cards;
      }),
    note: (user, words) =>
      eventually(
        `private answer that says ${words}`,
        () => sandbox.ephemerals(user).findLast((message) => new RegExp(words).test(textOfMessage(message))),
        () => sandbox.ephemerals(user).map(textOfMessage).join('\n'),
      ),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await service?.stop();
      await sandbox.stop();
      await db.destroy();
    },
  };
};

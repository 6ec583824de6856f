import { isObject, type JsonObject } from 'sandbox-kit/json';
import { filesOf } from './block-files.ts';
import { createTimestamps, directChannelOf, ids, members, newId, stranger } from './ids.ts';
import { openStorage, type Storage } from './storage.ts';
import type { Change, Channel, Member, MessageMetadata, StoredMessage } from './types.ts';

/** The content of a new message; the workspace adds its timestamp and block ids. */
export interface MessageDraft {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly JsonObject[];
  readonly metadata?: MessageMetadata | undefined;
  readonly thread_ts?: string | undefined;
  readonly reply_broadcast?: boolean | undefined;
  readonly ephemeral_to?: string | undefined;
  readonly files?: readonly string[];
  /** Whether it shares the files in its blocks, as a post does; otherwise they are placeholders. */
  readonly shares?: boolean;
}

/** The new content of an updated message; absent fields stay. */
export interface MessagePatch {
  readonly text?: string;
  readonly blocks?: readonly JsonObject[];
  readonly metadata?: MessageMetadata | undefined;
  readonly edited?: boolean;
}

/** The sandbox's state: messages, people and changes, stored at once. */
export interface Workspace {
  readonly storage: Storage;
  readonly nextTs: () => string;
  readonly now: () => Date;
  readonly post: (draft: MessageDraft) => StoredMessage;
  readonly update: (message: StoredMessage, patch: MessagePatch) => StoredMessage;
  /** Deletes it; a root whose thread has replies leaves a stone, as in Slack. */
  readonly remove: (message: StoredMessage) => void;
  /** A message's earlier blocks, latest first: a slow client may still show them. */
  readonly earlierBlocks: (channel: string, ts: string) => readonly JsonObject[];
  /** The channel with this id; undefined for a direct message. */
  readonly channel: (id: string) => Channel | undefined;
  /** Files in these blocks that no posted message has shared: people see placeholders. */
  readonly placeholders: (blocks: readonly JsonObject[]) => string[];
  /** Whether the channel or direct message exists. */
  readonly isChannel: (id: string) => boolean;
  readonly isMember: (channel: string, user: string) => boolean;
  readonly member: (id: string) => Member | undefined;
  /** A thread takes no more replies, until the workspace is started again. */
  readonly lockThread: (channel: string, ts: string) => void;
  readonly isLocked: (channel: string, ts: string) => boolean;
  readonly announce: (change: Change) => void;
  /** Calls the listener after every change. @returns the function that stops it */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  readonly close: () => void;
}

/** About ten versions of a message. */
const MOST_EARLIER_BLOCKS = 100;

/** `botIsMember`: whether the app is in the main channel of a new workspace. */
export const createWorkspace = (databasePath: string, clock: () => Date, botIsMember: boolean): Workspace => {
  const storage = openStorage(databasePath);
  const nextTs = createTimestamps(clock, storage.lastTs());
  const listeners = new Set<(change: Change) => void>();
  const locked = new Set<string>();
  const earlier = new Map<string, readonly JsonObject[]>();
  const directChannels = new Set(members.map((member) => directChannelOf(member.id)));
  const main = { id: ids.channel, name: ids.channelName, isPrivate: false, isArchived: false };
  if (storage.addChannel(main))
    for (const user of [...members.map(({ id }) => id), ...(botIsMember ? [ids.botUser] : [])])
      storage.setMember(ids.channel, user);
  const channel = (id: string): Channel | undefined => storage.channels().find((one) => one.id === id);

  const announce = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const placeholders = (blocks: readonly JsonObject[]): string[] =>
    filesOf(blocks).flatMap(({ id }) => (id === undefined || storage.isShared(id) ? [] : [id]));
  const save = (message: StoredMessage): StoredMessage => {
    storage.saveMessage(message);
    announce({ type: 'message', message });
    return message;
  };

  const repliesOf = (where: string, root: string): StoredMessage[] =>
    storage.messages({ channel: where, thread: { root }, ascending: true }).filter(({ ts }) => ts !== root);
  const drop = (where: string, ts: string): void => {
    storage.deleteMessage(where, ts);
    announce({ type: 'message_deleted', channel: where, ts });
  };

  return {
    storage,
    nextTs,
    now: clock,
    announce,
    placeholders,
    post: ({ shares = false, ...draft }) => {
      const blocks = identifyBlocks(draft.blocks ?? []);
      const ts = nextTs();
      const named = shares ? filesOf(blocks).flatMap(({ id }) => (id === undefined ? [] : [id])) : [];
      for (const id of [...named, ...(draft.files ?? [])]) storage.share(id, draft.channel, ts);
      const bot = draft.user === ids.botUser ? { bot_id: ids.bot } : {};
      return save({
        ...draft,
        ...bot,
        ts,
        blocks,
        files: [...(draft.files ?? [])],
        placeholders: placeholders(blocks),
      });
    },
    update: (message, patch) => {
      const key = `${message.channel}/${message.ts}`;
      earlier.set(key, [...message.blocks, ...(earlier.get(key) ?? [])].slice(0, MOST_EARLIER_BLOCKS));
      const next: StoredMessage = {
        ...message,
        text: patch.text ?? message.text,
        ...(patch.blocks === undefined
          ? {}
          : { blocks: identifyBlocks(patch.blocks), placeholders: placeholders(patch.blocks) }),
        ...('metadata' in patch ? { metadata: patch.metadata } : {}),
        ...(patch.edited === true ? { edited_ts: nextTs() } : {}),
      };
      return save(next);
    },
    remove: (message) => {
      const { channel: where, ts, thread_ts: root } = message;
      if (repliesOf(where, ts).length > 0) {
        save(stoneOf(message));
        return;
      }
      drop(where, ts);
      const stone = root === undefined ? undefined : storage.message(where, root);
      if (stone?.deleted === true && repliesOf(where, stone.ts).length === 0) drop(where, stone.ts);
    },
    earlierBlocks: (channel, ts) => earlier.get(`${channel}/${ts}`) ?? [],
    lockThread: (where, ts) => void locked.add(`${where}/${ts}`),
    isLocked: (where, ts) => locked.has(`${where}/${ts}`),
    channel,
    isChannel: (id) => directChannels.has(id) || channel(id) !== undefined,
    isMember: (id, user) =>
      directChannels.has(id) ? directChannelOf(user) === id : storage.members(id).includes(user),
    member: (id) => [...members, stranger].find((member) => member.id === id),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => storage.close(),
  };
};

/** What a root that is deleted leaves, as long as there are replies. */
const stoneOf = ({ channel, ts }: StoredMessage): StoredMessage => ({
  channel,
  ts,
  user: ids.slackbot,
  text: 'This message was deleted.',
  blocks: [],
  files: [],
  deleted: true,
});

/** Gives every block a block_id and every interactive element an action_id, as Slack does. */
export const identifyBlocks = (blocks: readonly JsonObject[]): JsonObject[] =>
  blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? newId('').slice(0, 5),
    ...(isObject(block.accessory) ? { accessory: identifyElement(block.accessory) } : {}),
    ...(isObject(block.element) ? { element: identifyElement(block.element) } : {}),
    ...(block.type === 'actions' && Array.isArray(block.elements)
      ? {
          elements: block.elements.map((element) => (isObject(element) ? identifyElement(element) : element)),
        }
      : {}),
  }));

const identifyElement = (element: JsonObject): JsonObject =>
  element.type === 'image' ? element : { ...element, action_id: element.action_id ?? newId('').slice(0, 5) };

import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { firstMembers, ids, mainChannel, rolesOf } from './ids.ts';
import { allows, type Permission, permissionsIn } from './permissions.ts';
import { createSnowflakes } from './snowflakes.ts';
import { openStorage, type Storage } from './storage.ts';
import type { Change, Channel, Member, Role, StoredMessage } from './types.ts';

/** The content of a new message; the server adds its id and time. */
export type MessageDraft = Partial<Omit<StoredMessage, 'timestamp' | 'edited_timestamp'>> &
  Pick<StoredMessage, 'channel_id' | 'author'>;

/** The sandbox's state: channels, people, messages, stored at once. */
export interface Guild {
  readonly storage: Storage;
  readonly roles: readonly Role[];
  readonly now: () => Date;
  readonly nextId: () => string;
  readonly channel: (id: string) => Channel | undefined;
  readonly channels: () => readonly Channel[];
  readonly addChannel: (channel: Channel) => Channel;
  readonly changeChannel: (channel: Channel) => Channel;
  readonly removeChannel: (channel: Channel) => void;
  readonly member: (id: string) => Member | undefined;
  readonly members: () => readonly Member[];
  readonly changeMember: (member: Member) => void;
  /** A person's permissions in a channel, as bits; a thread has its parent's, a direct message its two people's. */
  readonly permissions: (user: string, channel: Channel) => bigint;
  readonly may: (user: string, permission: Permission, channel: Channel) => boolean;
  readonly post: (draft: MessageDraft) => StoredMessage;
  /** Replaces the message with this id. `edited` sets its edited_timestamp. */
  readonly update: (message: StoredMessage, edited: boolean) => StoredMessage;
  readonly remove: (message: StoredMessage) => void;
  /** A message's earlier components: a slow client may still show them. */
  readonly earlierComponents: (id: string) => readonly JsonObject[];
  readonly announce: (change: Change) => void;
  /** Calls the listener after every change. @returns the function that stops it */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  readonly close: () => void;
}

/** Earlier components kept per message. */
const MOST_EARLIER_ROWS = 50;

export const createGuild = (
  databasePath: string,
  clock: () => Date,
  botPermissions: readonly Permission[],
): Guild => {
  const storage = openStorage(databasePath);
  const nextId = createSnowflakes(clock, storage.newestId());
  const roles = rolesOf(botPermissions);
  const listeners = new Set<(change: Change) => void>();
  const earlier = new Map<string, readonly JsonObject[]>();
  if (storage.members().length === 0) {
    for (const member of firstMembers) storage.saveMember(member);
    storage.saveChannel(mainChannel);
  }
  const channels = new Map(storage.channels().map((channel) => [channel.id, channel]));
  const members = new Map(storage.members().map((member) => [member.id, member]));

  const announce = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const keepChannel = (channel: Channel, type: 'channel_created' | 'channel_updated'): Channel => {
    channels.set(channel.id, channel);
    storage.saveChannel(channel);
    announce({ type, channel });
    return channel;
  };
  const permissions = (user: string, channel: Channel): bigint => {
    const member = members.get(user);
    if (member === undefined) return 0n;
    if (channel.type === 1)
      return user === ids.bot || user === channel.recipient
        ? permissionsIn(member, roles, undefined, ids.guild)
        : 0n;
    if (!member.inGuild) return 0n;
    const place = channel.thread === undefined ? channel : channels.get(channel.thread.parent);
    return permissionsIn(member, roles, place, ids.guild);
  };
  return {
    storage,
    roles,
    now: clock,
    nextId,
    channel: (id) => channels.get(id),
    channels: () => [...channels.values()],
    addChannel: (channel) => keepChannel(channel, 'channel_created'),
    changeChannel: (channel) => keepChannel(channel, 'channel_updated'),
    removeChannel: (channel) => {
      channels.delete(channel.id);
      storage.deleteChannel(channel.id);
      announce({ type: 'channel_deleted', channel });
    },
    member: (id) => members.get(id),
    members: () => [...members.values()],
    changeMember: (member) => {
      members.set(member.id, member);
      storage.saveMember(member);
      announce({ type: 'member', member });
    },
    permissions,
    may: (user, permission, channel) => allows(permissions(user, channel), permission),
    post: (draft) => {
      const message: StoredMessage = {
        id: nextId(),
        type: 0,
        content: '',
        flags: 0,
        embeds: [],
        components: [],
        attachments: [],
        timestamp: clock().toISOString(),
        edited_timestamp: null,
        ...draft,
      };
      const stored = { ...message, components: numbered(message.components) };
      storage.saveMessage(stored);
      announce({ type: 'message_created', message: stored });
      return stored;
    },
    update: (message, edited) => {
      const before = storage.message(message.id);
      if (before !== undefined)
        earlier.set(
          message.id,
          [...before.components, ...(earlier.get(message.id) ?? [])].slice(0, MOST_EARLIER_ROWS),
        );
      const next: StoredMessage = {
        ...message,
        components: numbered(message.components),
        ...(edited ? { edited_timestamp: clock().toISOString() } : {}),
      };
      storage.saveMessage(next);
      announce({ type: 'message_updated', message: next });
      return next;
    },
    remove: (message) => {
      storage.deleteMessage(message.id);
      announce({ type: 'message_deleted', message });
    },
    earlierComponents: (id) => earlier.get(id) ?? [],
    announce,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => storage.close(),
  };
};

/** Gives every component its number within the message, as Discord does. */
const numbered = (rows: readonly JsonObject[]): JsonObject[] => {
  let last = 0;
  const number = (component: JsonObject): JsonObject => {
    last += 1;
    const own = { ...component, id: last };
    return isObject(component) && Array.isArray(component.components)
      ? { ...own, components: objectsOf(component.components).map(number) }
      : own;
  };
  return rows.map(number);
};

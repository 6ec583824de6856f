import { createHash } from 'node:crypto';
import { RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import type { PictureId } from '../content/picture.ts';
import type { ChannelMessage } from '../content/said.ts';
import type { Chat, Place } from '../port.ts';
import type { Attachments } from './attachments.ts';
import { discordCode, NotHere } from './call-refusal.ts';
import type { Calls } from './connection/calls.ts';
import type { ClickTokens } from './connection/click-tokens.ts';
import { findMessages, messageStands } from './find-messages.ts';
import { isSnowflake } from './ids.ts';
import { LIMITS } from './limits.ts';
import { changedMessage, saidMessage } from './messages/said-message.ts';
import { createThreads } from './threads.ts';

export interface ChannelMessagesOptions {
  readonly calls: Calls;
  readonly attachments: Attachments;
  readonly clicks: ClickTokens;
  readonly botUser: () => Promise<string>;
}

/** Messages in the channel and its threads. */
export const createChannelMessages = ({
  calls,
  attachments,
  clicks,
  botUser,
}: ChannelMessagesOptions): Pick<Chat, 'post' | 'update' | 'find' | 'stands' | 'remove' | 'keeps'> => {
  const threads = createThreads(calls);
  /**
   * How often a message was found gone. A new post then needs another nonce, since Discord remembers the old one.
   */
  let gone = 0;

  const nonceOf = (key: string, channel: string): string =>
    createHash('sha256').update(`${channel} ${key} ${gone}`).digest('base64url').slice(0, LIMITS.nonce);

  /** The pictures of a posted message; after a restart Discord is asked once. */
  const carriedBy = async (place: Place, thread: string | null): Promise<ReadonlySet<PictureId>> => {
    const known = attachments.carriedBy(place);
    if (known !== undefined) return known;
    const message = await calls.message(thread ?? place.channel, place.id);
    attachments.learn(message);
    return attachments.carriedBy(place) ?? new Set();
  };

  return {
    post: async ({ key, said }: ChannelMessage, to) => {
      const sent = attachments.toPost(saidMessage(said, key));
      const once = { nonce: nonceOf(key, to.channel), enforce_nonce: true };
      const send = (where: string) => calls.post(where, sent, once);
      const message =
        to.thread === null ? await send(to.channel) : await threads.inside(to.channel, to.thread, said, send);
      const place = { channel: to.channel, id: message.id };
      attachments.learn(message);
      // An earlier post succeeded after all, and Discord returned that one: it may be outdated.
      if (message.embeds[0]?.description !== sent.body.embeds[0]?.description)
        await calls.change(to.thread ?? to.channel, message.id, sent);
      return place;
    },
    update: async (place, { key, said }, thread) => {
      if (!isSnowflake(place.channel)) throw new NotHere(`${key} is in another chat`);
      const change = attachments.toChange(changedMessage(said, key), await carriedBy(place, thread));
      const message =
        (await clicks.change(place, change)) ??
        (await threads.awake(thread, () => calls.change(thread ?? place.channel, place.id, change)));
      attachments.learn(message);
    },
    find: async (where) => findMessages(calls, await botUser(), where),
    stands: async (place, thread) => {
      const stands = await messageStands(calls, place, thread);
      if (!stands) gone += 1;
      return stands;
    },
    remove: async (place, thread) => {
      try {
        await calls.remove(thread ?? place.channel, place.id);
      } catch (error) {
        const code = discordCode(error);
        if (code !== Codes.UnknownMessage && code !== Codes.UnknownChannel) throw error;
      }
    },
    keeps: async (picture, place, thread) => {
      if (attachments.has(picture)) return true;
      if (place === null || !isSnowflake(place.channel)) return false;
      return (await carriedBy(place, thread)).has(picture);
    },
  };
};

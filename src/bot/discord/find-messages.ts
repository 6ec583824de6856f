import { type APIMessage, RESTJSONErrorCodes as Codes, ComponentType } from 'discord-api-types/v10';
import type { FoundMessage, Place, Search } from '../port.ts';
import { discordCode, MissingHistory } from './call-refusal.ts';
import type { Calls } from './connection/calls.ts';
import { compareSnowflakes, isSnowflake, snowflakeAt } from './ids.ts';
import { readCustomId } from './messages/custom-ids.ts';
import { missingPermissions } from './permissions.ts';

const PAGE = 100;
/** Clock difference allowed when a search starts at our own time. */
const SEARCH_MARGIN_MS = 86_400_000;

/** The key of a message of ours, from its components. */
const keyOf = ({ components }: Pick<APIMessage, 'components'>): string | null => {
  for (const row of components ?? []) {
    if (row.type !== ComponentType.ActionRow) continue;
    for (const part of row.components) {
      const key = 'custom_id' in part ? readCustomId(part.custom_id).key : null;
      if (key !== null) return key;
    }
  }
  return null;
};

/** A thread that was never started, or was deleted with its head, has no messages. */
const orNothing = async (thread: string | null, page: Promise<APIMessage[]>): Promise<APIMessage[]> => {
  try {
    return await page;
  } catch (error) {
    if (thread !== null && discordCode(error) === Codes.UnknownChannel) return [];
    throw error;
  }
};

/**
 * Our messages in a channel or thread, from its history.
 * @param me the bot's user id
 * @throws MissingHistory if the bot may not read the history, which Discord then shows as empty
 */
export const findMessages = async (
  calls: Calls,
  me: string,
  { channel, thread, after, since }: Search,
): Promise<readonly FoundMessage[]> => {
  const found: FoundMessage[] = [];
  let from = after !== null && isSnowflake(after) ? after : snowflakeAt(Date.parse(since) - SEARCH_MARGIN_MS);
  for (;;) {
    const page = await orNothing(thread, calls.messagesAfter(thread ?? channel, from));
    for (const message of page) {
      const key = message.author.id === me ? keyOf(message) : null;
      if (key !== null) found.push({ key, place: { channel, id: message.id } });
      if (compareSnowflakes(message.id, from) > 0) from = message.id;
    }
    if (page.length < PAGE) break;
  }
  // Without the permission Discord returns an empty list, not an error.
  if (found.length === 0 && (await missingPermissions(calls, channel)).includes('Read Message History'))
    throw new MissingHistory();
  return found;
};

/** Whether a message of ours is there. */
export const messageStands = async (
  calls: Calls,
  { channel, id }: Place,
  thread: string | null,
): Promise<boolean> => {
  try {
    await calls.message(thread ?? channel, id);
    return true;
  } catch (error) {
    const code = discordCode(error);
    if (code === Codes.UnknownMessage || (thread !== null && code === Codes.UnknownChannel)) return false;
    throw error;
  }
};

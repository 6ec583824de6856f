import type { WebClient } from '@slack/web-api';
import { WebAPIPlatformError } from '@slack/web-api';
import type { FoundMessage, Place, Search } from '../port.ts';
import { MESSAGE_EVENT } from './messages/blocks.ts';

const PAGE = 200;
/** Clock difference allowed when a search starts at our own time, s. */
const SEARCH_MARGIN_S = 86_400;

interface SeenMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
}

/** The key in a message of ours. */
const keyOf = ({ metadata }: SeenMessage): string | null => {
  if (metadata?.event_type !== MESSAGE_EVENT) return null;
  const payload: Record<string, unknown> = { ...metadata.event_payload };
  return typeof payload.key === 'string' ? payload.key : null;
};

/** A thread deleted with its head has no messages. */
const orNothing = async <T>(thread: string | null, page: Promise<T>): Promise<T | null> => {
  try {
    return await page;
  } catch (error) {
    const gone = error instanceof WebAPIPlatformError && error.data.error === 'thread_not_found';
    if (thread !== null && gone) return null;
    throw error;
  }
};

/** Our messages in a channel or thread, from Slack's history. */
export const findMessages = async (
  client: WebClient,
  { channel, thread, after, since }: Search,
): Promise<readonly FoundMessage[]> => {
  const oldest = after ?? String(Date.parse(since) / 1000 - SEARCH_MARGIN_S);
  const found: FoundMessage[] = [];
  let cursor: string | undefined;
  do {
    const where = {
      channel,
      oldest,
      limit: PAGE,
      include_all_metadata: true as const,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await orNothing(
      thread,
      thread === null
        ? client.conversations.history(where)
        : client.conversations.replies({ ...where, ts: thread }),
    );
    for (const message of page?.messages ?? []) {
      const key = keyOf(message);
      if (key !== null && message.ts !== undefined) found.push({ key, place: { channel, id: message.ts } });
    }
    cursor = page?.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return found;
};

/** Whether a message of ours is there. A deleted one leaves nothing, or a tombstone without our metadata. */
export const messageStands = async (
  client: WebClient,
  { channel, id }: Place,
  thread: string | null,
): Promise<boolean> => {
  const where = {
    channel,
    oldest: id,
    latest: id,
    inclusive: true,
    limit: 1,
    include_all_metadata: true as const,
  };
  const page = await orNothing(
    thread,
    thread === null
      ? client.conversations.history(where)
      : client.conversations.replies({ ...where, ts: thread }),
  );
  return (page?.messages ?? []).some((message) => message.ts === id && keyOf(message) !== null);
};

import type { WebClient } from '@slack/web-api';
import type { Place, Search } from '../port.ts';
import { MESSAGE_EVENT } from './messages/message.ts';

const PAGE = 200;
/** How long before our own time a search starts where there is no message to start from: clocks differ. */
const SEARCH_MARGIN_S = 86_400;

/** Our messages in a channel or a thread by their key, from Slack's history. */
export const findMessages = async (
  client: WebClient,
  { channel, thread, after, since }: Search,
): Promise<ReadonlyMap<string, Place>> => {
  const oldest = after ?? String(Date.parse(since) / 1000 - SEARCH_MARGIN_S);
  const found = new Map<string, Place>();
  let cursor: string | undefined;
  do {
    const where = {
      channel,
      oldest,
      limit: PAGE,
      include_all_metadata: true as const,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page =
      thread === null
        ? await client.conversations.history(where)
        : await client.conversations.replies({ ...where, ts: thread });
    for (const { metadata, ts } of page.messages ?? []) {
      if (metadata?.event_type !== MESSAGE_EVENT || ts === undefined) continue;
      const payload: Record<string, unknown> = { ...metadata.event_payload };
      if (typeof payload.key === 'string') found.set(payload.key, { channel, id: ts });
    }
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return found;
};

import type { WebClient } from '@slack/web-api';
import type { Place } from '../port.ts';
import type { SlackMessage } from './messages/message.ts';
import { untilSeen } from './upload-file.ts';

/**
 * Which files people can see. One that no posted message has shared is a placeholder where an update or the
 * address of a click brings it, and Slack says ok all the same.
 */
export interface SharedFiles {
  /** This was posted, and shares the files that it shows. */
  readonly posted: (message: SlackMessage) => void;
  /** Posts in a message's thread those of its files that nothing has shared yet. */
  readonly shareIn: (place: Place, message: SlackMessage) => Promise<void>;
}

export const createSharedFiles = (client: WebClient): SharedFiles => {
  const known = new Set<string>();
  const isShared = async (id: string): Promise<boolean> => {
    if (known.has(id)) return true;
    const { file } = await client.files.info({ file: id });
    return [file?.shares?.public, file?.shares?.private].some(
      (channels) => Object.keys(channels ?? {}).length > 0,
    );
  };
  return {
    posted: (message) => {
      for (const { id } of filesOf(message)) known.add(id);
    },
    shareIn: async ({ channel, id: thread_ts }, message) => {
      for (const { id, altText } of filesOf(message)) {
        if (!(await isShared(id))) {
          const block = { type: 'image' as const, slack_file: { id }, alt_text: altText };
          const text = `The picture came late: ${altText}`;
          await untilSeen(() => client.chat.postMessage({ channel, thread_ts, text, blocks: [block] }));
        }
        known.add(id);
      }
    },
  };
};

const filesOf = ({ blocks }: SlackMessage): { readonly id: string; readonly altText: string }[] =>
  blocks.flatMap((block) => {
    if (block.type !== 'image' || !('slack_file' in block)) return [];
    const { slack_file: file, alt_text: altText } = block;
    return 'id' in file && file.id !== undefined ? [{ id: file.id, altText }] : [];
  });

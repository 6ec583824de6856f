import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import type { Place } from '../port.ts';
import type { SlackMessage } from './messages/blocks.ts';
import type { UntilSeen } from './upload-file.ts';

/**
 * Tracks which files people can see. A file that no posted message has shared shows as a placeholder in updates
 * and ephemeral messages, although Slack answers ok.
 */
export interface SharedFiles {
  /** A message was posted, which shares its files. */
  readonly posted: (message: SlackMessage) => void;
  /** Whether people can see a file; false too if Slack does not answer at once. Only our posts share files. */
  readonly isShared: (id: string) => Promise<boolean>;
  /** Whether Slack has said that a file was deleted; does not ask. */
  readonly isDeleted: (id: string) => boolean;
  /** Asks Slack whether somebody has deleted a file. */
  readonly wasDeleted: (id: string) => Promise<boolean>;
  /**
   * Posts those of a message's files that are not shared yet in its thread.
   * @throws DeletedFile if somebody has deleted one
   */
  readonly shareIn: (place: Place, message: SlackMessage) => Promise<void>;
}

/** A message shows a file that somebody has deleted. */
export class DeletedFile extends FinkvraError {
  override name = 'DeletedFile';
}

const isGone = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && ['file_deleted', 'file_not_found'].includes(error.data.error);

/** Longest wait for Slack's answer whether a file is shared, ms. */
const LOOK_MS = 1000;

export const createSharedFiles = (client: WebClient, untilSeen: UntilSeen, log: Logger): SharedFiles => {
  const known = new Map<string, boolean>();
  const deleted = new Set<string>();
  const ask = async (id: string) => {
    try {
      return await client.files.info({ file: id });
    } catch (error) {
      if (!isGone(error)) throw error;
      deleted.add(id);
      known.delete(id);
      throw new DeletedFile(`somebody has deleted the file ${id}`, { cause: error });
    }
  };
  const look = async (id: string): Promise<boolean> => {
    const { file } = await ask(id);
    const shared = [file?.shares?.public, file?.shares?.private].some(
      (channels) => Object.keys(channels ?? {}).length > 0,
    );
    known.set(id, shared);
    return shared;
  };
  return {
    posted: (message) => {
      for (const { id } of filesOf(message)) known.set(id, true);
    },
    isShared: async (id) => {
      try {
        return known.get(id) ?? (await Promise.race([look(id), sleep(LOOK_MS, false, { ref: false })]));
      } catch (error) {
        log.debug({ file: id, error: messageOf(error) }, 'it is unknown whether a picture was shared');
        return false;
      }
    },
    isDeleted: (id) => deleted.has(id),
    wasDeleted: async (id) => {
      try {
        await ask(id);
        return false;
      } catch (error) {
        if (error instanceof DeletedFile) return true;
        throw error;
      }
    },
    shareIn: async ({ channel, id: thread_ts }, message) => {
      for (const { id, altText } of filesOf(message)) {
        if (deleted.has(id)) throw new DeletedFile(`somebody has deleted the file ${id}`);
        if (known.get(id) !== true && !(await look(id))) {
          const block = { type: 'image' as const, slack_file: { id }, alt_text: altText };
          const text = `The picture came late: ${altText}`;
          const picture = { text, blocks: [block] };
          await untilSeen(picture, () => client.chat.postMessage({ channel, thread_ts, ...picture }));
        }
        known.set(id, true);
      }
    },
  };
};

const filesOf = ({ blocks }: SlackMessage): { readonly id: string; readonly altText: string }[] =>
  blocks.flatMap((block) => {
    const image = block.type === 'section' ? block.accessory : block;
    if (image?.type !== 'image' || !('slack_file' in image)) return [];
    const { slack_file: file, alt_text: altText } = image;
    return 'id' in file && file.id !== undefined ? [{ id: file.id, altText }] : [];
  });

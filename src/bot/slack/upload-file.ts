import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { SaidFile } from '../content/said.ts';
import type { SlackMessage } from './messages/blocks.ts';

/** Slack looks at a file before it shows it; it is asked after these pauses, in ms, the last one repeated. */
const LOOK_PAUSES = [200, 300, 500, 1000, 1000, 2000, 2000, 4000];
/** Where Slack refuses blocks for a file that it still looks at, the same are sent again after these, in ms. */
const SAME_AGAIN = [1000, 2000, 4000];
const SEND_TIMEOUT_MS = 15_000;

/** Gives bytes to Slack; resolves to the file's id when it can stand in a message. */
export const uploadFile = async (
  client: WebClient,
  file: SaidFile & {
    /** Where to show it at once; without it nowhere. */
    readonly channel?: string;
    readonly signal?: AbortSignal;
  },
): Promise<string> => {
  const { filename, bytes } = file;
  const place = await client.files.getUploadURLExternal({ filename, length: bytes.byteLength });
  const { upload_url: url, file_id: id } = place;
  if (url === undefined || id === undefined) throw new Error('Slack gave no place to upload to');
  const timeout = AbortSignal.timeout(SEND_TIMEOUT_MS);
  const sent = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Uint8Array.from(bytes),
    signal: file.signal === undefined ? timeout : AbortSignal.any([timeout, file.signal]),
  });
  if (!sent.ok) throw new Error(`Slack refused the bytes of ${filename} (HTTP ${sent.status})`);
  await client.files.completeUploadExternal({
    files: [{ id, title: filename }],
    ...(file.channel === undefined ? {} : { channel_id: file.channel }),
  });
  if (file.channel !== undefined) return id;
  for (const pause of LOOK_PAUSES) {
    await sleep(pause, undefined, file.signal === undefined ? {} : { signal: file.signal });
    const { file: seen } = await client.files.info({ file: id });
    if (seen?.mimetype !== undefined && seen.mimetype !== '') return id;
  }
  throw new Error(`Slack did not look at ${filename} in time`);
};

/** Sends a file to one person in their conversation with the bot, after a sentence. */
export const sendFileTo = async (
  client: WebClient,
  person: string,
  file: SaidFile,
  text: string,
): Promise<void> => {
  const { channel } = await client.chat.postMessage({ channel: person, text });
  if (channel === undefined) throw new Error('Slack gave no conversation to send the file to');
  await uploadFile(client, { ...file, channel });
};

/** Sends blocks that may name a file which Slack still looks at. */
export type UntilSeen = <T>(message: Pick<SlackMessage, 'blocks'>, send: () => Promise<T>) => Promise<T>;

/**
 * Sends blocks again, as they are, while Slack still looks at a file they name: for a second or two after the
 * upload it refuses them, also past the moment at which it tells the file's type. Once that was waited for in
 * vain nothing waits until a file is taken: a click's verdict would.
 */
export const createUntilSeen = (): UntilSeen => {
  let inVain = false;
  return async ({ blocks }, send) => {
    for (const pause of inVain ? [] : SAME_AGAIN) {
      try {
        return await send();
      } catch (error) {
        if (!stillLooking(error)) throw error;
        await sleep(pause);
      }
    }
    try {
      const sent = await send();
      if (JSON.stringify(blocks).includes('slack_file')) inVain = false;
      return sent;
    } catch (error) {
      inVain ||= stillLooking(error);
      throw error;
    }
  };
};

const stillLooking = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError &&
  error.data.error === 'invalid_blocks' &&
  JSON.stringify(error.data).includes('slack_file');

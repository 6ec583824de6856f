import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { SaidFile } from '../content/said.ts';
import type { SlackMessage } from './messages/blocks.ts';

/** Slack scans a file before it shows it. Pauses between questions, ms; the last one repeats. */
const LOOK_PAUSES = [200, 300, 500, 1000, 1000, 2000, 2000, 4000];
/** Pauses between sends of blocks that Slack refuses for a file under scan, ms. */
const SAME_AGAIN = [1000, 2000, 4000];
const SEND_TIMEOUT_MS = 15_000;

/** Uploads bytes to Slack. Resolves to the file's id when it can be used in a message. */
export const uploadFile = async (
  client: WebClient,
  file: SaidFile & {
    /** Channel to show it in at once; without it nowhere. */
    readonly channel?: string;
    readonly signal?: AbortSignal;
  },
): Promise<string> => {
  const { filename, bytes } = file;
  const place = await client.files.getUploadURLExternal({ filename, length: bytes.byteLength });
  const { upload_url: url, file_id: id } = place;
  if (url === undefined || id === undefined) throw new Error('Slack gave no upload address');
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
  throw new Error(`Slack did not scan ${filename} in time`);
};

/** Sends a file to one person by direct message, after a sentence. */
export const sendFileTo = async (
  client: WebClient,
  person: string,
  file: SaidFile,
  text: string,
): Promise<void> => {
  const { channel } = await client.chat.postMessage({ channel: person, text });
  if (channel === undefined) throw new Error('Slack opened no direct message for the file');
  await uploadFile(client, { ...file, channel });
};

/** Sends blocks that may name a file under scan. */
export type UntilSeen = <T>(message: Pick<SlackMessage, 'blocks'>, send: () => Promise<T>) => Promise<T>;

/**
 * Sends the same blocks again while Slack scans a file they name: it refuses them for a second or two after the
 * upload, even after it tells the file's type. If that wait was in vain, later calls do not wait until a file is
 * accepted, since clicks would wait too.
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

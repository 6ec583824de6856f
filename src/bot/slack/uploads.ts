import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { fileIdOf, keepUpload, uploadAttempts } from '../../store/chat/uploads.ts';
import type { Db } from '../../store/open-store.ts';

export interface Uploads {
  /**
   * Sees to it that a picture is with Slack. Resolves to true when it is; false when it cannot be had now
   * or is not there within `ms`: then `onLate` is called if it comes after all. Never rejects.
   */
  want(picture: Picture, ms: number, onLate: () => void): Promise<boolean>;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

export interface Picture {
  /** What it shows, once and for all: `card:<candid>`. */
  readonly key: string;
  readonly filename: string;
  readonly draw: () => Promise<Uint8Array>;
}

export interface UploadsOptions {
  readonly db: Db;
  readonly client: WebClient;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** A picture that failed this often is not tried again. */
const MOST_ATTEMPTS = 3;
/** Slack looks at a file before it shows it; it is asked after these pauses, in ms, the last one repeated. */
const LOOK_PAUSES = [200, 300, 500, 1000, 1000, 2000, 2000, 4000];
const SEND_TIMEOUT_MS = 15_000;
/** After this many failures in a row nobody waits for pictures until one comes through again. */
const FAILURES_TO_STOP_WAITING = 3;

/** Gives bytes to Slack; resolves to the file's id when it can stand in a message. */
export const uploadFile = async (
  client: WebClient,
  file: {
    readonly filename: string;
    readonly bytes: Uint8Array;
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

/** Uploads each picture once; the ids are kept in the store, so that a redraw uploads nothing. */
export const createUploads = ({ db, client, clock, log }: UploadsOptions): Uploads => {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<boolean>>();
  let failures = 0;

  const upload = async ({ key, filename, draw }: Picture): Promise<boolean> => {
    try {
      if ((await fileIdOf(db, key)) !== null) return true;
      if ((await uploadAttempts(db, key)) >= MOST_ATTEMPTS) return false;
      const bytes = await draw();
      const fileId = await uploadFile(client, { filename, bytes, signal: stopping.signal });
      await keepUpload(db, { key, fileId, error: null, at: clock().toISOString() });
      failures = 0;
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      failures += 1;
      log.warn(
        { picture: key, error: messageOf(error) },
        'a picture was not uploaded; the message goes without',
      );
      try {
        await keepUpload(db, { key, fileId: null, error: messageOf(error), at: clock().toISOString() });
      } catch (storeError) {
        log.error({ picture: key, error: messageOf(storeError) }, 'the failed upload could not be noted');
      }
      return false;
    }
  };

  return {
    want: async (picture, ms, onLate) => {
      const { key } = picture;
      const running = underWay.get(key) ?? upload(picture).finally(() => underWay.delete(key));
      underWay.set(key, running);
      let waited = false;
      const late = sleep(failures >= FAILURES_TO_STOP_WAITING ? 0 : ms, undefined, { ref: false }).then(
        () => {
          waited = true;
          return false;
        },
      );
      void running.then((there) => {
        if (there && waited) onLate();
      });
      return Promise.race([running, late]);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
};

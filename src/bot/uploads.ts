import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { fileIdOf, keepUpload, uploadAttempts } from '../store/chat/uploads.ts';
import type { Db } from '../store/open-store.ts';
import type { Chat, Place } from './port.ts';

export interface Uploads {
  /**
   * Uploads a picture unless the chat has it. Resolves to true once the chat has it; to false if the upload fails
   * or takes longer than `ms`, and then `onLate` is called if it succeeds later. Never rejects.
   * @param standing the message to show it, if it is posted already
   */
  want(picture: Picture, ms: number, onLate: () => void, standing?: Standing): Promise<boolean>;
  /** Resolves when all uploads have ended. */
  stop(): Promise<void>;
}

/** Place of the message that shows the picture; `place` is null before its post. */
export interface Standing {
  readonly place: Place | null;
  readonly thread: string | null;
}

const NOWHERE: Standing = { place: null, thread: null };

export interface Picture {
  /** Names the picture for good: `card:<candid>`. */
  readonly key: string;
  readonly filename: string;
  readonly draw: () => Promise<Drawn>;
  /** The key of another one that may be on its way and turn out to be this one too. */
  readonly comesAs?: string;
}

export interface Drawn {
  readonly bytes: Uint8Array;
  /** Other keys whose picture this is too, of what it shows besides. */
  readonly alsoAs: readonly string[];
}

export interface UploadsOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'upload' | 'keeps'>;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** Uploads tried per picture. */
const MOST_ATTEMPTS = 3;
/** After this many failures in a row messages stop waiting for pictures, until one upload succeeds. */
const FAILURES_TO_STOP_WAITING = 3;

/**
 * Uploads each picture once, and again only if the chat no longer has it. Ids are kept in the store, so that a
 * redraw uploads nothing.
 */
export const createUploads = ({ db, chat, clock, log }: UploadsOptions): Uploads => {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<boolean>>();
  let failures = 0;

  const give = async ({ key, filename, draw }: Picture, standing: Standing): Promise<boolean> => {
    try {
      const known = await fileIdOf(db, key);
      if (known !== null && (await chat.keeps(known, standing.place, standing.thread))) return true;
      if ((await uploadAttempts(db, key)) >= MOST_ATTEMPTS) return false;
      const { bytes, alsoAs } = await draw();
      const fileId = await chat.upload({ filename, bytes }, stopping.signal);
      for (const each of [key, ...alsoAs])
        await keepUpload(db, { key: each, fileId, error: null, at: clock().toISOString() });
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
        log.error({ picture: key, error: messageOf(storeError) }, 'the failed upload could not be stored');
      }
      return false;
    }
  };

  return {
    want: async (picture, ms, onLate, standing = NOWHERE) => {
      const { key, comesAs = key } = picture;
      const start = async (): Promise<boolean> => {
        await underWay.get(comesAs);
        return give(picture, standing);
      };
      const running = underWay.get(key) ?? start().finally(() => underWay.delete(key));
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

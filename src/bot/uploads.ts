import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { fileIdOf, keepUpload, uploadAttempts } from '../store/chat/uploads.ts';
import type { Db } from '../store/open-store.ts';
import type { Chat, Place } from './port.ts';

export interface Uploads {
  /**
   * Sees to it that a picture is with the chat. Resolves to true when it is; false when it cannot be had now
   * or is not there within `ms`: then `onLate` is called if it comes after all. Never rejects.
   * @param standing the message that is to show it, where it is posted already
   */
  want(picture: Picture, ms: number, onLate: () => void, standing?: Standing): Promise<boolean>;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** Where a message stands that is to show a picture; nowhere yet: `place` is null. */
export interface Standing {
  readonly place: Place | null;
  readonly thread: string | null;
}

const NOWHERE: Standing = { place: null, thread: null };

export interface Picture {
  /** What it shows, once and for all: `card:<candid>`. */
  readonly key: string;
  readonly filename: string;
  readonly draw: () => Promise<Uint8Array>;
}

export interface UploadsOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'upload' | 'keeps'>;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** A picture that failed this often is not tried again. */
const MOST_ATTEMPTS = 3;
/** After this many failures in a row nobody waits for pictures until one comes through again. */
const FAILURES_TO_STOP_WAITING = 3;

/**
 * Gives each picture to the chat once, and again only where the chat has it no more; the ids are kept in the
 * store, so that a redraw uploads nothing.
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
      const bytes = await draw();
      const fileId = await chat.upload({ filename, bytes }, stopping.signal);
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
    want: async (picture, ms, onLate, standing = NOWHERE) => {
      const { key } = picture;
      const running = underWay.get(key) ?? give(picture, standing).finally(() => underWay.delete(key));
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

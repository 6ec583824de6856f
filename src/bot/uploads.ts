import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { type BackOffOptions, createBackOff } from '../lib/retry.ts';
import { createWaits } from '../lib/waiting.ts';
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
  /** Whether somebody has deleted an uploaded picture. Rejects if the chat does not answer. */
  wasLost(key: string): Promise<boolean>;
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
  readonly chat: Pick<Chat, 'upload' | 'keeps' | 'lost' | 'refusal'>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Pauses while the chat is away. */
  readonly backOff?: BackOffOptions;
}

/** Tries per picture that cannot be drawn or that the chat refuses. */
const MOST_ATTEMPTS = 3;
/** After this many failures in a row messages stop waiting for pictures, until one upload succeeds. */
const FAILURES_TO_STOP_WAITING = 3;
const BACK_OFF: BackOffOptions = { firstMs: 1_000, longestMs: 600_000 };

/** The chat could not take a call for the moment. */
class Passing extends Error {
  override name = 'Passing';
}

/** A picture on its way. */
interface Giving {
  readonly done: Promise<boolean>;
  /** Resolves when a try has failed; the next ones are made beside. */
  readonly failed: Promise<void>;
}

/**
 * Uploads each picture once, and again only if the chat no longer has it. Ids are kept in the store, so that a
 * redraw uploads nothing. While the chat is away, uploads are retried until it is back.
 */
export const createUploads = ({ db, chat, clock, log, backOff = BACK_OFF }: UploadsOptions): Uploads => {
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);
  const underWay = new Map<string, Giving>();
  let failures = 0;

  /** @throws Passing where the chat does not take a call, and will once it is back or has had a rest */
  const ofChat = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw ['unsure', 'limited'].includes(chat.refusal(error).kind) ? new Passing(messageOf(error)) : error;
    }
  };

  const giveOnce = async ({ key, filename, draw }: Picture, standing: Standing): Promise<boolean> => {
    const known = await fileIdOf(db, key);
    if (known !== null && (await ofChat(chat.keeps(known, standing.place, standing.thread)))) return true;
    if ((await uploadAttempts(db, key)) >= MOST_ATTEMPTS) return false;
    const { bytes, alsoAs } = await draw();
    const fileId = await ofChat(chat.upload({ filename, bytes }, stopping.signal));
    for (const each of [key, ...alsoAs])
      await keepUpload(db, { key: each, fileId, error: null, at: clock().toISOString() });
    failures = 0;
    return true;
  };

  const noteFailure = async (key: string, error: unknown): Promise<void> => {
    try {
      await keepUpload(db, { key, fileId: null, error: messageOf(error), at: clock().toISOString() });
    } catch (storeError) {
      log.error({ picture: key, error: messageOf(storeError) }, 'the failed upload could not be noted');
    }
  };

  const give = async (picture: Picture, standing: Standing, onFailure: () => void): Promise<boolean> => {
    const { key } = picture;
    const pauses = createBackOff(backOff);
    for (let level: 'warn' | 'debug' = 'warn'; !stopping.signal.aborted; level = 'debug') {
      try {
        return await giveOnce(picture, standing);
      } catch (error) {
        if (stopping.signal.aborted) break;
        failures += 1;
        onFailure();
        log[level](
          { picture: key, error: messageOf(error) },
          'a picture was not uploaded; the message goes without',
        );
        if (!(error instanceof Passing)) {
          await noteFailure(key, error);
          return false;
        }
        await waits.sleep(pauses.next());
      }
    }
    return false;
  };

  const begin = (picture: Picture, standing: Standing): Giving => {
    const { key, comesAs = key } = picture;
    const { promise: failed, resolve: onFailure } = Promise.withResolvers<void>();
    const start = async (): Promise<boolean> => {
      await underWay.get(comesAs)?.done;
      return give(picture, standing, onFailure);
    };
    const done = start().finally(() => underWay.delete(key));
    const giving = { done, failed };
    underWay.set(key, giving);
    return giving;
  };

  return {
    want: async (picture, ms, onLate, standing = NOWHERE) => {
      const { done, failed } = underWay.get(picture.key) ?? begin(picture, standing);
      let waited = false;
      const patience = sleep(failures >= FAILURES_TO_STOP_WAITING ? 0 : ms, undefined, { ref: false });
      const late = Promise.race([patience, failed]).then(() => {
        waited = true;
        return false;
      });
      void done.then((there) => {
        if (there && waited) onLate();
      });
      return Promise.race([done, late]);
    },
    wasLost: async (key) => {
      const known = await fileIdOf(db, key);
      return known !== null && (await chat.lost(known));
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
};

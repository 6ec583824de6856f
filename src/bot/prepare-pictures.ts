import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { postedThreadOf, wantRedraw } from '../store/chat/messages.ts';
import type { Db } from '../store/open-store.ts';
import type { MessageRow } from '../store/schema.ts';
import { type PictureParts, picturesOf } from './message-pictures.ts';
import type { Standing, Uploads } from './uploads.ts';

export interface PreparePicturesOptions extends PictureParts {
  readonly uploads: Uploads;
  readonly log: Logger;
  readonly wake: () => void;
}

/** Longest wait for a picture, ms; then the message goes out without it. */
const WAIT_MS = 8000;
/** Messages whose pictures are prepared at a time, including the one being posted. */
const AHEAD = 3;

const standingOf = async (db: Db, row: MessageRow): Promise<Standing> => {
  const { channel, ts } = row;
  return {
    place: channel === null || ts === null ? null : { channel, id: ts },
    thread: await postedThreadOf(db, row),
  };
};

/**
 * Prepares the pictures of a message before its post, and starts those of the next ones. A redraw does not wait,
 * since a click must show at once; its missing picture follows later.
 */
export const preparePictures =
  ({ uploads, log, wake, ...parts }: PreparePicturesOptions) =>
  async (rows: readonly MessageRow[], posting: boolean): Promise<void> => {
    /** Resolves once its pictures are under way, to what is to be waited for. */
    const begin = async (row: MessageRow, ms: number): Promise<() => Promise<unknown>> => {
      const standing = await standingOf(parts.db, row);
      const wanted = await picturesOf(parts, row);
      const coming = wanted.map((picture) => uploads.want(picture, ms, () => drawLate(row), standing));
      return () => Promise.all(coming);
    };
    const drawLate = (row: MessageRow): void => {
      const drawAgain = async (): Promise<void> => {
        await wantRedraw(parts.db, [row.key]);
        wake();
      };
      void drawAgain().catch((error: unknown) =>
        log.warn({ key: row.key, error: messageOf(error) }, 'a late picture could not be shown'),
      );
    };
    const startNext = async (row: MessageRow): Promise<void> => {
      for (const picture of await picturesOf(parts, row)) void uploads.want(picture, 0, () => undefined);
    };
    try {
      const [first, ...next] = rows.slice(0, posting ? AHEAD : 1);
      if (first === undefined) return;
      const arrived = await begin(first, posting || first.kind === 'report' ? WAIT_MS : 0);
      // After the first, so that they are drawn in the order of their messages.
      for (const row of next) await startNext(row);
      await arrived();
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'pictures could not be prepared; the message goes without');
    }
  };

import { parentPort } from 'node:worker_threads';
import { loadFonts } from './drawing/fonts.ts';
import { drawPicture, type PictureJob } from './picture-job.ts';

/** What the client sends, any number of them at once; they are drawn in order. */
export interface PictureRequest {
  readonly id: number;
  readonly job: PictureJob;
}

/** What the worker answers to each. */
export type PictureReply =
  | { readonly id: number; readonly kind: 'drawn'; readonly png: Uint8Array }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string; readonly stack: string };

const serve = (port: NonNullable<typeof parentPort>): void => {
  const fonts = loadFonts();
  port.on('message', ({ id, job }: PictureRequest) => {
    try {
      // A copy with a buffer of its own, which can be handed over: a Buffer may share one with others.
      const png = new Uint8Array(drawPicture(job, fonts));
      port.postMessage({ id, kind: 'drawn', png } satisfies PictureReply, [png.buffer]);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      port.postMessage({ id, kind: 'failed', message, stack: stack ?? message } satisfies PictureReply);
    }
  });
};

if (parentPort) serve(parentPort);

import { Worker } from 'node:worker_threads';
import type { CardPictureInput } from './card/card-picture.ts';
import { sampleCard } from './card/sample-card.ts';
import type { AccuracyPictureInput } from './charts/accuracy-picture.ts';
import type { ImportancePictureInput } from './charts/importance-picture.ts';
import type { LearningCurvesPictureInput } from './charts/learning-curves-picture.ts';
import type { PictureJob } from './picture-job.ts';
import type { PictureReply, PictureRequest } from './picture-worker.ts';

/**
 * Pictures, drawn in a worker thread; each resolves to the bytes of a PNG. The inputs are copied: they stay
 * the caller's. A picture that fails or takes too long is rejected, and the next one is drawn all the same:
 * whoever asks goes on without the picture.
 */
export interface PictureClient {
  /** An alert's stamps and light curve, 1080 pixels wide. */
  card(input: CardPictureInput): Promise<Buffer>;
  accuracy(input: AccuracyPictureInput): Promise<Buffer>;
  learningCurves(input: LearningCurvesPictureInput): Promise<Buffer>;
  importance(input: ImportancePictureInput): Promise<Buffer>;
  /**
   * Starts the thread and draws a card that nobody sees, so that the first one that somebody waits for is
   * drawn as fast as the others.
   */
  warmUp(): Promise<void>;
  /** Ends the thread; pictures that are not drawn yet are rejected. */
  close(): Promise<void>;
}

export interface PictureClientOptions {
  /** For one picture, from when it is asked for; default 20,000 ms. Then the thread is ended, which rejects all that wait. */
  readonly timeoutMs?: number;
  /** What the thread runs. */
  readonly script?: URL;
}

interface Waiting {
  resolve(png: Buffer): void;
  reject(error: Error): void;
}

const WORKER = new URL('./picture-worker.ts', import.meta.url);
const TIMEOUT_MS = 20_000;

/**
 * A client whose thread starts with the first picture, or with `warmUp`, and is kept for the next ones; it
 * does not keep the process alive while it is idle. After a thread's death the next picture gets a new one.
 */
export const createPictureClient = ({
  timeoutMs = TIMEOUT_MS,
  script = WORKER,
}: PictureClientOptions = {}): PictureClient => {
  let thread: PictureThread | null = null;
  let closed = false;

  const draw = async (job: PictureJob): Promise<Buffer> => {
    if (closed) throw new Error('The picture worker is closed.');
    if (thread === null || thread.dead) thread = startThread(script);
    return thread.draw(job, timeoutMs);
  };

  return {
    card: (input) => draw({ kind: 'card', input }),
    accuracy: (input) => draw({ kind: 'accuracy', input }),
    learningCurves: (input) => draw({ kind: 'learning-curves', input }),
    importance: (input) => draw({ kind: 'importance', input }),
    warmUp: async () => {
      await draw({ kind: 'card', input: sampleCard() });
    },
    close: async () => {
      closed = true;
      await thread?.end(new Error('The picture worker was closed before this picture was drawn.'));
    },
  };
};

interface PictureThread {
  readonly dead: boolean;
  draw(job: PictureJob, timeoutMs: number): Promise<Buffer>;
  end(reason: Error): Promise<void>;
}

const startThread = (script: URL): PictureThread => {
  const worker = new Worker(script, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    name: 'pictures',
  });
  const waiting = new Map<number, Waiting>();
  let dead = false;
  let asked = 0;

  const settle = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    waiting.delete(id);
    // A thread at work keeps the process alive; an idle one does not.
    if (waiting.size === 0) worker.unref();
    return one;
  };
  const die = (reason: Error): void => {
    dead = true;
    for (const id of [...waiting.keys()]) settle(id)?.reject(reason);
  };

  worker
    .on('message', (reply: PictureReply) => {
      const one = settle(reply.id);
      if (reply.kind === 'drawn') {
        const { buffer, byteOffset, byteLength } = reply.png;
        one?.resolve(Buffer.from(buffer, byteOffset, byteLength));
      } else {
        const error = new Error(reply.message);
        error.stack = reply.stack;
        one?.reject(error);
      }
    })
    .on('error', (cause) =>
      die(new Error('The picture worker failed; pictures can be asked for again.', { cause })),
    )
    .on('exit', (code) =>
      die(new Error(`The picture worker ended (exit code ${code}) before its picture was drawn.`)),
    )
    .unref();

  const end = async (reason: Error): Promise<void> => {
    die(reason);
    await worker.terminate();
  };

  return {
    get dead() {
      return dead;
    },
    end,
    draw: (job, timeoutMs) =>
      new Promise((resolve, reject) => {
        asked += 1;
        const id = asked;
        const request: PictureRequest = { id, job };
        // First of all: it throws if the input cannot be sent, and then nothing may be left waiting.
        worker.postMessage(request);
        const late = setTimeout(() => {
          void end(new Error(`The picture was not drawn within ${timeoutMs} ms.`));
        }, timeoutMs);
        waiting.set(id, {
          resolve: (png) => {
            clearTimeout(late);
            resolve(png);
          },
          reject: (error) => {
            clearTimeout(late);
            reject(error);
          },
        });
        worker.ref();
      }),
  };
};

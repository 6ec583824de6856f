import { createJobWorker } from '../lib/worker.ts';
import type { CardPictureInput } from './card/card-picture.ts';
import { sampleCard } from './card/sample-card.ts';
import type { AccuracyPictureInput } from './charts/accuracy-picture.ts';
import type { ImportancePictureInput } from './charts/importance-picture.ts';
import type { LearningCurvesPictureInput } from './charts/learning-curves-picture.ts';
import type { PictureJob } from './picture-worker.ts';

/**
 * Pictures, drawn in a worker thread one after another; each resolves to the bytes of a PNG. Inputs are copied. A
 * picture that fails or takes too long is rejected, and the next one is drawn; callers go on without the picture.
 */
export interface PictureClient {
  /** An alert's stamps and sky above its light curves, 720 x 540 pixels. */
  card(input: CardPictureInput): Promise<Buffer>;
  /** A round's report. */
  report(input: AccuracyPictureInput): Promise<Buffer>;
  learningCurves(input: LearningCurvesPictureInput): Promise<Buffer>;
  importance(input: ImportancePictureInput): Promise<Buffer>;
  /**
   * Starts the thread and draws a card for nobody, so that the first real one is as fast as the others.
   */
  warmUp(): Promise<void>;
  /** Ends the thread; pictures that are not drawn yet are rejected. */
  close(): Promise<void>;
}

export interface PictureClientOptions {
  /** For one picture, from when it is asked for; default 20,000 ms. Then the thread is ended, and the next picture gets a new one. */
  readonly timeoutMs?: number;
  /** What the thread runs. */
  readonly script?: URL;
}

const TIMEOUT_MS = 20_000;

/**
 * A client whose thread starts with the first picture, or with `warmUp`, and is kept for the next ones; it
 * does not keep the process alive while it is idle. After a thread's death the next picture gets a new one.
 */
export const createPictureClient = ({
  timeoutMs = TIMEOUT_MS,
  script = new URL('./picture-worker.ts', import.meta.url),
}: PictureClientOptions = {}): PictureClient => {
  const worker = createJobWorker<PictureJob, Uint8Array>({ script, name: 'picture' });

  const draw = async (job: PictureJob): Promise<Buffer> => {
    const tooLate = new AbortController();
    const timer = setTimeout(
      () => tooLate.abort(new Error(`The picture was not drawn within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    try {
      const { buffer, byteOffset, byteLength } = await worker.run(job, { signal: tooLate.signal });
      return Buffer.from(buffer, byteOffset, byteLength);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    card: (input) => draw({ kind: 'card', input }),
    report: (input) => draw({ kind: 'report', input }),
    learningCurves: (input) => draw({ kind: 'learning-curves', input }),
    importance: (input) => draw({ kind: 'importance', input }),
    warmUp: async () => {
      await draw({ kind: 'card', input: sampleCard() });
    },
    close: () => worker.close(),
  };
};

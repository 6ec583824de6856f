import { serveJobs } from '../lib/worker.ts';
import { type CardPictureInput, cardPicture } from './card/card-picture.ts';
import { type AccuracyPictureInput, accuracyPicture } from './charts/accuracy-picture.ts';
import { type ImportancePictureInput, importancePicture } from './charts/importance-picture.ts';
import { type LearningCurvesPictureInput, learningCurvesPicture } from './charts/learning-curves-picture.ts';
import { type Fonts, loadFonts } from './drawing/fonts.ts';

/** One picture to draw: its kind and its data, which can be sent to a thread. */
export type PictureJob =
  | { readonly kind: 'card'; readonly input: CardPictureInput }
  | { readonly kind: 'report'; readonly input: AccuracyPictureInput }
  | { readonly kind: 'learning-curves'; readonly input: LearningCurvesPictureInput }
  | { readonly kind: 'importance'; readonly input: ImportancePictureInput };

/** PNG. */
const drawPicture = (job: PictureJob, fonts: Fonts): Buffer => {
  switch (job.kind) {
    case 'card':
      return cardPicture(job.input, fonts);
    case 'report':
      return accuracyPicture(job.input, fonts);
    case 'learning-curves':
      return learningCurvesPicture(job.input, fonts);
    case 'importance':
      return importancePicture(job.input, fonts);
  }
};

let fonts: Fonts | null = null;

serveJobs<PictureJob, Uint8Array>(import.meta.url, (job) => {
  fonts ??= loadFonts();
  // A copy with a buffer of its own, which can be handed over: a Buffer may share one with others.
  const png = new Uint8Array(drawPicture(job, fonts));
  return { result: png, transfer: [png.buffer] };
});

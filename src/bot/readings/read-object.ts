import { z } from 'zod';
import type { Hints } from '../../loop/answers/hints.ts';
import { readAnswers } from '../../loop/answers/read-answers.ts';
import { calibratedProbability, toldProbability } from '../../loop/rounds/read-model.ts';
import type { Alert } from '../../pipeline/alert.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { answersTo } from '../../store/answers/answers.ts';
import { correctionsOf } from '../../store/answers/corrections.ts';
import { findLabel } from '../../store/answers/labels.ts';
import { newestAlertOf } from '../../store/intake/alerts.ts';
import { ebvMapOf, featuresOf } from '../../store/intake/features.ts';
import { historyOf } from '../../store/intake/histories.ts';
import { savedResults } from '../../store/intake/sherlock.ts';
import type { Db } from '../../store/open-store.ts';
import { findRound, isAskedAbout, lastCandidateOf } from '../../store/rounds/rounds.ts';
import { scoreOf } from '../../store/rounds/scores.ts';
import type { SherlockSaid } from '../content/card-facts.ts';
import { type ObjectContent, type ObjectInput, objectContent } from '../content/object-content.ts';

const sherlockSchema = z.object({
  class: z.string(),
  description: z.string(),
  separationArcsec: z.number().nullable(),
  host: z
    .object({
      name: z.string().nullable(),
      type: z.string().nullable(),
      z: z.number().nullable(),
      photoZ: z.number().nullable(),
      distanceMpc: z.number().nullable(),
      projectedKpc: z.number().nullable(),
    })
    .nullable()
    .default(null),
});

/** Sherlock's result for an object; null if it was not asked yet. */
export const readSherlock = async (db: Db, objectId: string): Promise<SherlockSaid | null> => {
  const said = (await savedResults(db, [objectId])).get(objectId);
  return said === undefined ? null : sherlockSchema.parse(JSON.parse(said));
};

const readableScore = async (db: Db, candid: string, type: ModelType): Promise<number | null> => {
  const score = await scoreOf(db, candid, type);
  return score === null ? null : (await calibratedProbability(db, score.modelId))(score.p);
};

/**
 * The card's probability if people were asked about the object, so that both show the same number; else the
 * newest model's, which was not trained on it.
 */
const opinionOf = async (db: Db, alert: Alert, type: ModelType): Promise<ObjectInput['opinion']> => {
  const candidate = await lastCandidateOf(db, alert.objectId);
  const round = candidate === undefined ? undefined : await findRound(db, candidate.round_id);
  if (candidate === undefined || round?.model_type !== type || candidate.state === 'withdrawn')
    return { of: 'newest', p: await readableScore(db, alert.candid, type) };
  return { of: 'card', p: (await toldProbability(db, round))(candidate) };
};

/** Reads all that is stored about an object; null without an alert of it. */
export const readObject = async (
  db: Db,
  objectId: string,
  modelType: ModelType,
  hints: Hints,
): Promise<{ readonly alert: Alert; readonly content: ObjectContent } | null> => {
  const alert = await newestAlertOf(db, objectId);
  if (alert === null) return null;
  const features = await featuresOf(db, alert.candid);
  if (features === null) throw new Error(`the store has no features of ${alert.candid}`);
  const label = (await findLabel(db, objectId)) ?? null;
  return {
    alert,
    content: objectContent({
      alert,
      features,
      ebvMap: await ebvMapOf(db, alert.candid),
      sherlock: await readSherlock(db, objectId),
      archived: await historyOf(db, objectId),
      modelType,
      opinion: await opinionOf(db, alert, modelType),
      hidden: hints === 'after' && (await isAskedAbout(db, objectId)),
      label,
      history: label?.candidate_id == null ? null : readAnswers(await answersTo(db, label.candidate_id)),
      corrections: await correctionsOf(db, objectId),
    }),
  };
};

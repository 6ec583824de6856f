import { z } from 'zod';
import { ONE_HALF } from '../../pipeline/learning/accuracy/decision.ts';
import { type PlattScaling, scaledProbability } from '../../pipeline/learning/accuracy/platt-scaling.ts';
import type { SavedModel } from '../../pipeline/learning/engines/classifier.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { calibrationOf, modelTypeOf, thresholdOf } from '../../store/rounds/models.ts';
import { closedRounds } from '../../store/rounds/rounds.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { parseRoundReport, type RoundReport } from './round-report.ts';

const savedModelSchema = z.object({
  engine: z.string(),
  version: z.number(),
  features: z.array(z.string()),
  parameters: z.unknown(),
});

/** A model as the store keeps it: JSON text. */
export const parseSavedModel = (text: string): SavedModel => savedModelSchema.parse(JSON.parse(text));

const scalingSchema = z.object({ slope: z.number(), offset: z.number() });

const parseScaling = (text: string): PlattScaling => scalingSchema.parse(JSON.parse(text));

/**
 * How people are told a model's probabilities: scaled so that of all objects at 80 % some 80 % are of class 1,
 * where the model's labels were enough to learn that. Candidates are never chosen by it.
 */
export const calibratedProbability = async (
  db: Db,
  modelId: number | null,
): Promise<(p: number) => number> => {
  const text = modelId === null ? null : await calibrationOf(db, modelId);
  if (text === null) return (p) => p;
  const scaling = parseScaling(text);
  return (p) => scaledProbability(scaling, p);
};

/** From which P(class 1), as it is and not as people are told, a model takes an object for class 1. */
export const decisionThresholdOf = async (db: Db, modelId: number | null): Promise<number> =>
  (modelId === null ? null : await thresholdOf(db, modelId)) ?? ONE_HALF;

/**
 * P(class 1) of a round's candidates as shown to people on cards, in reports, `show` and exports: by the model
 * that chose them. Null if none did, or if that model answers another question (the type was changed since).
 */
export const toldProbability = async (
  db: Db,
  { model_id: model, model_type: type }: Pick<RoundRow, 'model_id' | 'model_type'>,
): Promise<(candidate: Pick<CandidateRow, 'p'>) => number | null> => {
  if (model === null || (await modelTypeOf(db, model)) !== type) return () => null;
  const calibrated = await calibratedProbability(db, model);
  return ({ p }) => (p === null ? null : calibrated(p));
};

/** What each feature is worth to a round's model, as its training measured it. */
export interface ModelImportance {
  /** Number of the model's round. */
  readonly round: number;
  /** Labels it was measured with. */
  readonly labels: number;
  /** Largest first. */
  readonly features: NonNullable<RoundReport['importance']>;
}

/** That of the newest model of this type, from its round's report; null while there is none. */
export const readImportance = async (db: Db, type: ModelType): Promise<ModelImportance | null> => {
  for (const { number, report } of (await closedRounds(db, type)).reverse()) {
    if (report === null) continue;
    const { labels, importance } = parseRoundReport(report);
    if (importance != null) return { round: number, labels, features: importance };
  }
  return null;
};

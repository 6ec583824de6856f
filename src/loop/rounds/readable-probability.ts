import { z } from 'zod';
import { type PlattScaling, scaledProbability } from '../../pipeline/learning/accuracy/platt-scaling.ts';
import type { Db } from '../../store/open-store.ts';
import { calibrationOf } from '../../store/rounds/models.ts';

const scalingSchema = z.object({ slope: z.number(), offset: z.number() });

const parseScaling = (text: string): PlattScaling => scalingSchema.parse(JSON.parse(text));

/**
 * How people are told a model's probabilities: scaled so that of all objects at 80 % some 80 % are of class 1,
 * where the model's labels were enough to learn that. Candidates are never chosen by it.
 */
export const readableProbability = async (db: Db, modelId: number | null): Promise<(p: number) => number> => {
  const text = modelId === null ? null : await calibrationOf(db, modelId);
  if (text === null) return (p) => p;
  const scaling = parseScaling(text);
  return (p) => scaledProbability(scaling, p);
};

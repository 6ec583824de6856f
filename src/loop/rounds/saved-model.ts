import { z } from 'zod';
import type { SavedModel } from '../../pipeline/learning/engines/classifier.ts';

const savedModelSchema = z.object({
  engine: z.string(),
  version: z.number(),
  features: z.array(z.string()),
  parameters: z.unknown(),
});

/** A model as the store keeps it: JSON text. */
export const parseSavedModel = (text: string): SavedModel => savedModelSchema.parse(JSON.parse(text));

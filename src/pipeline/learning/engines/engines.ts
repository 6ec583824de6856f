import type { Classifier, SavedModel, TrainedModel } from './classifier.ts';
import { createForestEngine } from './forest-engine.ts';
import { createMlRandomForest } from './ml-random-forest-engine.ts';

/** Engines by name. */
export const ENGINE_NAMES = ['ml-random-forest', 'random-forest', 'extra-trees'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** The one that measures best below 200 labels, see docs/learning.md. */
export const DEFAULT_ENGINE: EngineName = 'extra-trees';

/** The engine of this name. Throws, listing the names, when there is none. */
export const createEngine = (name: string): Classifier => {
  switch (name) {
    case 'ml-random-forest':
      return createMlRandomForest();
    case 'random-forest':
    case 'extra-trees':
      return createForestEngine(name);
    default:
      throw new Error(`There is no engine named ${name}; choose one of ${ENGINE_NAMES.join(', ')}.`);
  }
};

/** A saved model of whatever engine. */
export const loadModel = (saved: SavedModel): TrainedModel => createEngine(saved.engine).load(saved);

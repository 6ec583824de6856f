import type { SavedModel } from './classifier.ts';

/** Throws, saying what to do, unless `saved` is of this engine and of a version it can read. */
export const assertReadable = (saved: SavedModel, engine: string, version: number): void => {
  if (saved.engine !== engine) {
    throw new Error(`The saved model is of engine ${saved.engine}, not ${engine}.`);
  }
  if (saved.version !== version) {
    throw new Error(
      `The saved model has version ${saved.version} of ${engine}; this program reads version ${version}. Train it again.`,
    );
  }
};

/** The fields of a value that was read from JSON; none when it is not an object. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** What to throw when a saved model cannot be what this program wrote. */
export const damagedModel = (how: string): Error =>
  new Error(`The saved model is damaged: ${how}. Train it again.`);

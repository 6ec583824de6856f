import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', 'shared', 'data');

/** True where the real alerts and tables are at hand; tests that need them say so when they are not. */
export const hasSharedData = existsSync(root);

/** Title suffix of suites that need the shared data, so that a skip explains itself. */
export const sharedNote = hasSharedData ? '' : ' (skipped: no shared data)';

/** Path of a file of the shared data, e.g. `sharedPath('alerts', 'labelled.avro')`. */
export const sharedPath = (...parts: string[]): string => join(root, ...parts);

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelType } from '../pipeline/learning/label-maps.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');

const OWN: Readonly<Record<ModelType, string>> = {
  galactic: 'how-to-label.md',
  real: 'how-to-label-real.md',
  transient: 'how-to-label-transient.md',
};

/** The team's guidelines in Markdown, or those that come with the program for what is asked. */
export const readGuidelines = (path: string | null, type: ModelType): Promise<string> =>
  readFile(path ?? join(DOCS, OWN[type]), 'utf8');

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const OWN = join(import.meta.dirname, '..', '..', 'docs', 'how-to-label.md');

/** The team's guidelines in Markdown, or those that come with the program. */
export const readGuidelines = (path: string | null): Promise<string> => readFile(path ?? OWN, 'utf8');

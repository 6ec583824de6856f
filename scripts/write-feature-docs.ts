import { writeFileSync } from 'node:fs';
import { featureDocs } from '../src/pipeline/features/feature-docs.ts';

/** `node bin/finkvra-node.mjs scripts/write-feature-docs.ts` writes docs/features.md from the table of features; a test holds them equal. */
writeFileSync(new URL('../docs/features.md', import.meta.url), featureDocs());

#!/usr/bin/env node
// `finkvra <command>`: the command line, on the Node that bin/finkvra-node.mjs finds.
import { fileURLToPath } from 'node:url';

process.argv.splice(2, 0, fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)));
await import('./finkvra-node.mjs');

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readEnvFile } from '../../src/config/config.ts';
import { temporaryFolder } from '../helpers/service.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const TEXT = 'SLACK_CHANNEL=C1\r\n# a comment\r\nMODEL_TYPE="real"\r\n';

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16, as Notepad calls Unicode', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
])('a .env file in %s', (name, bytes) => {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  expect(readEnvFile(path)).toEqual({ SLACK_CHANNEL: 'C1', MODEL_TYPE: 'real' });
});

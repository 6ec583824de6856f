import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FINE_LABELS } from '../../src/pipeline/learning/label-maps.ts';
import { createRandom } from '../../src/pipeline/learning/seeded-random.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Rows of each of the reference's six labels. */
const EACH = 20;

test('a table of the reference’s labels is played as the model type reads them', async () => {
  const random = createRandom(1);
  const rows = FINE_LABELS.flatMap((label, kind) =>
    Array.from(
      { length: EACH },
      (_, i) => `${label}${i},${label},${kind + random.float()},${random.float()}`,
    ),
  );
  const path = join(folder.path, 'table.csv');
  writeFileSync(path, `objectId,label,a,b\n${rows.join('\n')}\n`);
  const rowsOf = async (type: string, ...more: string[]): Promise<number> => {
    const args = [
      'simulate',
      '--from',
      path,
      '--group',
      'objectId',
      '--seeds',
      '1',
      '--up-to',
      '30',
      '--json',
    ];
    const { code, stdout, stderr } = await finkvra([...args, '--strategies', 'random', ...more], {
      DATA_DIR: folder.path,
      MODEL_TYPE: type,
    });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout).table.rows;
  };
  expect(await rowsOf('galactic')).toBe(4 * EACH);
  expect(await rowsOf('real')).toBe(6 * EACH);
  expect(await rowsOf('transient')).toBe(4 * EACH);
  expect(await rowsOf('transient', '--positive', 'extragal', '--negative', 'agn,varstar')).toBe(3 * EACH);
});

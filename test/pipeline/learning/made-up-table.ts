import { createRandom } from '../../../src/pipeline/learning/seeded-random.ts';
import type { Table } from './atlas-table.ts';

const NAMES = ['a', 'b', 'noise', 'gaps'];

/** Two overlapping classes in four columns, a tenth of the last column missing; `perObject` rows share a group. */
export const madeUpTable = (rows: number, seed: number, perObject = 1): Table => {
  const random = createRandom(seed);
  const values = new Float64Array(rows * NAMES.length);
  const y = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    y[row] = random.float() < 0.6 ? 1 : 0;
    const shift = y[row] === 1 ? 0.35 : -0.35;
    const at = row * NAMES.length;
    values[at] = shift + random.float() - 0.5;
    values[at + 1] = shift * (random.float() - 0.2) + random.float();
    values[at + 2] = random.float();
    values[at + 3] = random.float() < 0.1 ? Number.NaN : shift + 3 * random.float();
  }
  const groups = Array.from({ length: rows }, (_, row) => `object ${Math.floor(row / perObject)}`);
  return { x: { names: NAMES, rows, values }, y, groups };
};

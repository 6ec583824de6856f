import { readFileSync } from 'node:fs';
import type { FeatureMatrix } from '../../../src/pipeline/learning/engines/classifier.ts';
import { featureMatrix } from '../../../src/pipeline/learning/feature-matrix.ts';
import { sharedPath } from '../../shared-data.ts';

export interface Table {
  readonly x: FeatureMatrix;
  readonly y: Uint8Array;
  readonly groups: readonly string[];
}

/** The eyeballed ATLAS table: types pm and galactic are 1, good is 0, the rest is left out (970 rows). */
export const readAtlas = (): Table => {
  const rows = ['train', 'val'].flatMap((part) => {
    const types = new Map(readCsv(`y_${part}_day1_duck1000rows.csv`).map((row) => [row.ATLAS_ID, row.type]));
    return readCsv(`X_${part}_day1_duck1000rows.csv`).map((row) => ({ row, type: types.get(row.ATLAS_ID) }));
  });
  const kept = rows.filter(({ type }) => type === 'pm' || type === 'galactic' || type === 'good');
  const names = Object.keys(kept[0]?.row ?? {}).filter((name) => name !== 'ATLAS_ID');
  return {
    x: featureMatrix(
      names,
      kept.map(({ row }) => Object.fromEntries(names.map((name) => [name, toNumber(row[name] ?? '')]))),
    ),
    y: Uint8Array.from(kept, ({ type }) => (type === 'good' ? 0 : 1)),
    groups: kept.map(({ row }) => row.ATLAS_ID ?? ''),
  };
};

const readCsv = (file: string): Record<string, string>[] => {
  const [header = '', ...lines] = readFileSync(sharedPath('learning', file), 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
};

const toNumber = (cell: string): number | null => {
  if (cell === 'True') return 1;
  if (cell === 'False') return 0;
  return cell === '' ? null : Number(cell);
};

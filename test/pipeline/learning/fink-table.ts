import { readFileSync } from 'node:fs';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { FEATURE_NAMES } from '../../../src/pipeline/features/feature-table.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import { featureMatrix } from '../../../src/pipeline/learning/feature-matrix.ts';
import { sharedPath } from '../../shared-data.ts';
import type { Table } from './atlas-table.ts';

/** What nothing but a look-up elsewhere can fill. */
const LOOKED_UP = ['sep_arcsec', 'ebv'];

/** The real labelled alerts (206 of 148 objects, galactic is 1), an object's newest alert last. */
export const readFink = async (): Promise<Table> => {
  const labels = new Map(
    readFileSync(sharedPath('alerts', 'labelled.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map(([candid, , label]) => [candid, label] as const),
  );
  const source = await readPath([sharedPath('alerts', 'labelled.avro')], { stamps: false });
  const alerts = [];
  for await (const { items } of source.batches()) {
    for (const item of items) if (item.kind === 'alert') alerts.push(item.alert);
  }
  alerts.sort((a, b) => (BigInt(a.candid) < BigInt(b.candid) ? -1 : 1));
  const names = FEATURE_NAMES.filter((name) => !LOOKED_UP.includes(name));
  return {
    x: featureMatrix(
      names,
      alerts.map((alert) => alertFeatures(alert)),
    ),
    y: Uint8Array.from(alerts, ({ candid }) => (labels.get(candid) === 'galactic' ? 1 : 0)),
    groups: alerts.map(({ objectId }) => objectId),
  };
};

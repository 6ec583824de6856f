import { readFileSync } from 'node:fs';
import type { Alert } from '../../../src/pipeline/alert.ts';
import { openDustMap } from '../../../src/pipeline/enrich/dust/dust-map.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import {
  type FeatureSet,
  type Features,
  featureNames,
} from '../../../src/pipeline/features/feature-table.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import { featureMatrix } from '../../../src/pipeline/learning/feature-matrix.ts';
import { sharedPath } from '../../shared-data.ts';
import type { Table } from './atlas-table.ts';

/** A real alert with its label and whose word that is. */
export interface LabelledAlert {
  readonly alert: Alert;
  readonly y: 0 | 1;
  readonly source: string;
  readonly features: Features;
}

/** The real labelled alerts (206 of 148 objects, galactic is 1), an object's newest alert last; ebv is coarse. */
export const readFinkAlerts = async (): Promise<LabelledAlert[]> => {
  const labels = new Map(
    readFileSync(sharedPath('alerts', 'labelled.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map(([candid, , label, , how = '']) => [candid, { label, how }] as const),
  );
  const source = await readPath([sharedPath('alerts', 'labelled.avro')], { stamps: false });
  const dust = await openDustMap({ directory: 'no full maps' });
  const rows: LabelledAlert[] = [];
  for await (const { items } of source.batches()) {
    for (const item of items) {
      if (item.kind !== 'alert') continue;
      const { alert } = item;
      const { label, how = '' } = labels.get(alert.candid) ?? {};
      const features = alertFeatures(alert, { ebv: dust.ebv(alert.ra, alert.dec) });
      rows.push({ alert, y: label === 'galactic' ? 1 : 0, source: how, features });
    }
  }
  dust.close();
  return rows.sort((a, b) => (BigInt(a.alert.candid) < BigInt(b.alert.candid) ? -1 : 1));
};

/** Objects seen last before this date are of the first era; 2023-01-01, JD. */
export const ERA = 2_459_945.5;

/** The labelled alerts of objects of which the newest one passes. */
export const ofObjects = (rows: readonly LabelledAlert[], passes: (newest: LabelledAlert) => boolean) => {
  const newest = new Map(rows.map((row) => [row.alert.objectId, row]));
  return rows.filter((row) => passes(newest.get(row.alert.objectId) ?? row));
};

/** Labelled alerts as a table of a set's columns. */
export const tableOfAlerts = (rows: readonly LabelledAlert[], set: FeatureSet): Table => ({
  x: featureMatrix(
    featureNames(set),
    rows.map(({ features }) => features),
  ),
  y: Uint8Array.from(rows, ({ y }) => y),
  groups: rows.map(({ alert }) => alert.objectId),
});

/** What nothing but a look-up elsewhere can fill. */
const LOOKED_UP = ['sep_arcsec', 'ebv'];

/** The same by the reference's columns, without those that are looked up. */
export const readFink = async (): Promise<Table> => {
  const rows = await readFinkAlerts();
  const names = featureNames('reference').filter((name) => !LOOKED_UP.includes(name));
  return {
    ...tableOfAlerts(rows, 'reference'),
    x: featureMatrix(
      names,
      rows.map(({ features }) => features),
    ),
  };
};

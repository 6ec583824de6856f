import { readFileSync } from 'node:fs';
import { csvText } from '../../lib/csv.ts';
import { FinkvraError, messageOf } from '../../lib/errors.ts';
import { parseTableText } from '../../lib/read-table-text.ts';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import {
  FEATURE_NAMES,
  type FeatureName,
  type FeatureSet,
  type Features,
  featureNames,
  featuresOf,
} from '../../pipeline/features/feature-table.ts';
import type { LabelledRows } from '../../pipeline/learning/others-labels.ts';

/** What ships with the program: figures and identifiers of public labelled alerts, no packets. */
export const SHIPPED_STARTING_SET = new URL('../../../assets/starter/galactic.csv', import.meta.url);

/** An object that others have labelled. */
export interface StartingObject {
  readonly objectId: string;
  readonly candid: string;
  /** Of the question galactic or not. */
  readonly label: 'galactic' | 'not_galactic';
  /** Its type as the source names it, and whose word that is. */
  readonly type: string;
  readonly source: string;
  readonly features: Features;
}

const HEAD = ['objectId', 'candid', 'label', 'type', 'source'] as const;

/**
 * A starting set from its file.
 * @throws FinkvraError naming the line or column that is wrong
 */
export const readStartingSet = (path: string | URL): StartingObject[] => {
  const name = path instanceof URL ? path.pathname : path;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new FinkvraError(
      `${name} cannot be read (${messageOf(error)}): STARTER_FILE must be a file of finkvra starter build`,
      { cause: error },
    );
  }
  const { rows } = parseTableText(text, name);
  const missing = HEAD.find((column) => rows[0] !== undefined && !(column in rows[0].values));
  if (rows.length === 0 || missing !== undefined) {
    throw new FinkvraError(`${name} has no ${missing === undefined ? 'object' : `column ${missing}`}`);
  }
  return rows.map(({ line, values }) => startingObject(values, `${name} line ${line}`));
};

const startingObject = (values: Readonly<Record<string, string>>, where: string): StartingObject => {
  const { objectId = '', candid = '', label = '', type = '', source = '' } = values;
  if (objectId === '') throw new FinkvraError(`${where}: there is no objectId`);
  if (label !== 'galactic' && label !== 'not_galactic') {
    throw new FinkvraError(`${where}: the label must be galactic or not_galactic, not ${label}`);
  }
  const value = (name: FeatureName): number | null => {
    const text = values[name] ?? '';
    if (text === '') return null;
    const number = Number(text);
    if (!Number.isFinite(number)) throw new FinkvraError(`${where}: ${name} is no number: ${text}`);
    return number;
  };
  return { objectId, candid, label, type, source, features: featuresOf(value) };
};

/** A starting set as text of a file; figures to eight digits. */
export const startingSetText = (objects: readonly StartingObject[]): string =>
  csvText(
    [...HEAD, ...FEATURE_NAMES],
    objects.map((one) => [
      ...HEAD.map((name) => one[name]),
      ...FEATURE_NAMES.map((name) => {
        const value = one.features[name];
        return value === null ? null : Number(value.toPrecision(8));
      }),
    ]),
  );

/** The rows of a starting set as training takes them. */
export const startingRows = (objects: readonly StartingObject[], set: FeatureSet | 'all'): LabelledRows => ({
  x: toFeatureMatrix(objects, set === 'all' ? FEATURE_NAMES : featureNames(set)),
  y: Uint8Array.from(objects, ({ label }) => (label === 'galactic' ? 1 : 0)),
  groups: objects.map(({ objectId }) => objectId),
});

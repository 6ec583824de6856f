import { setImmediate } from 'node:timers/promises';
import { toFeatureMatrix } from '../../pipeline/features/feature-frame.ts';
import { FEATURE_NAMES } from '../../pipeline/features/feature-names.ts';
import type { FeatureMatrix } from '../../pipeline/learning/engines/classifier.ts';
import { featuresOfAll } from '../../store/intake/alerts.ts';
import type { Db } from '../../store/open-store.ts';

/** Rows read in one go; clicks get their turn between two of them. */
const CHUNK = 500;

/** The feature matrix of these candids, one row each: candids.length x 21. */
export const featureMatrixOf = async (db: Db, candids: readonly string[]): Promise<FeatureMatrix> => {
  const names = FEATURE_NAMES;
  const values = new Float64Array(candids.length * names.length);
  for (let start = 0; start < candids.length; start += CHUNK) {
    const chunk = toFeatureMatrix(
      (await featuresOfAll(db, candids.slice(start, start + CHUNK))).map((features) => ({ features })),
    );
    values.set(chunk.values, start * names.length);
    await setImmediate();
  }
  return { names, rows: candids.length, values };
};

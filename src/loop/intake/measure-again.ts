import { setImmediate } from 'node:timers/promises';
import { alertFeatures } from '../../pipeline/features/alert-features.ts';
import { FEATURE_NAMES, featureNames } from '../../pipeline/features/feature-table.ts';
import { alertFromRow } from '../../store/intake/alerts.ts';
import { alertsToMeasure, setMeasured } from '../../store/intake/features.ts';
import { type Db, inIntake } from '../../store/open-store.ts';

/** Alerts measured in one transaction; clicks get their turn between two. */
const CHUNK = 200;

/**
 * Measures the columns that alerts stored by an earlier version do not have, from their photometry and packet
 * as the store keeps them. The reference's columns stay as they came. Safe to break off and to repeat.
 * @returns alerts measured
 */
export const measureAgain = async (db: Db, stopping?: AbortSignal): Promise<number> => {
  const reference = featureNames('reference');
  const measured = FEATURE_NAMES.filter((name) => !reference.includes(name));
  let done = 0;
  for (let after = ''; stopping?.aborted !== true; ) {
    const rows = await alertsToMeasure(db, after, CHUNK);
    const last = rows.at(-1);
    if (last === undefined) break;
    await inIntake(db, async (trx) => {
      for (const { sep_arcsec: sepArcsec, ebv, ...row } of rows) {
        const features = alertFeatures(alertFromRow(row), { sepArcsec, ebv });
        await setMeasured(
          trx,
          row.candid,
          Object.fromEntries(measured.map((name) => [name, features[name]])),
        );
      }
    });
    after = last.candid;
    done += rows.length;
    await setImmediate();
  }
  return done;
};

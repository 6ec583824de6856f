import { type Kysely, sql } from 'kysely';

/** Inputs beside the reference's 21, missing until the alert is measured again. */
const COLUMNS = [
  'positive_detections',
  'negative_share',
  'upper_limits',
  'positive_median',
  'positive_std',
  'age',
  'sgscore1',
  'distpsnr1',
  'nmtchps',
  'neargaia',
  'distnr',
  'magnr',
  'abs_latitude',
  'g_amplitude',
  'g_linear_fit_reduced_chi2',
  'g_linear_fit_slope',
  'g_linear_fit_slope_sigma',
  'g_median',
  'g_median_absolute_deviation',
  'r_amplitude',
  'r_linear_fit_reduced_chi2',
  'r_linear_fit_slope',
  'r_linear_fit_slope_sigma',
  'r_median',
  'r_median_absolute_deviation',
  'colour',
  'colour_rate',
  'rise_rate',
  'fall_rate',
  'contrast',
  'ndethist',
  'ncovhist',
  'parallax_significance',
  'classtar',
  'sharpnr',
  'chinr',
];

/**
 * Columns of the feature sets `context` and `wide`; by which recipe an alert was measured (0: before them) and
 * which set a model was trained on (null: it was of the reference's columns).
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const name of COLUMNS) await db.schema.alterTable('features').addColumn(name, 'real').execute();
  await db.schema
    .alterTable('features')
    .addColumn('recipe', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`create index features_by_recipe on features (recipe, candid)`.execute(db);
  await db.schema.alterTable('models').addColumn('feature_set', 'text').execute();
};

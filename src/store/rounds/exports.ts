import { sql } from 'kysely';
import { FEATURE_NAMES } from '../../pipeline/features/feature-table.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { exportedProbability, labelClass } from '../model-type-columns.ts';
import type { Db } from '../open-store.ts';

/** Candidates with their rounds. */
const asked = (db: Db) => db.selectFrom('candidates as c').innerJoin('rounds as r', 'r.id', 'c.round_id');

/** All answers, also undone and late ones, oldest first. */
export async function* exportAnswers(db: Db) {
  const rows = await asked(db)
    .innerJoin('answers as a', 'a.candidate_id', 'c.id')
    .leftJoin('people as p', 'p.user_id', 'a.user_id')
    .select(['a.id', 'c.candid', 'c.object_id', 'r.number as round', 'a.answer', 'a.kind', 'a.decided'])
    .select((eb) => [
      'a.user_id',
      eb.fn.coalesce('p.name', 'a.user_name').as('user_name'),
      'a.at',
      'a.p_seen',
      'a.unsure',
      'a.note',
    ])
    .orderBy('a.id')
    .execute();
  yield* rows;
}

/** All candidates in the order asked; `p` is by the model that chose them. */
export async function* candidateRows(db: Db) {
  const rows = await asked(db)
    .leftJoin('labels as l', 'l.candidate_id', 'c.id')
    .leftJoin('models as m', 'm.id', 'r.model_id')
    .select(['c.id', 'r.number as round', 'c.draw_order', 'c.candid', 'c.object_id', 'c.state', 'c.drawn'])
    .select(['m.model_type as model', 'c.p', 'c.q', 'c.pool_size', 'l.answer as label', 'r.opened_at'])
    .orderBy('r.number')
    .orderBy('c.draw_order')
    .execute();
  yield* rows;
}

/** All models, without their parameters. */
export async function* exportModels(db: Db) {
  const rows = await db
    .selectFrom('models as m')
    .leftJoin('rounds as r', 'r.id', 'm.round_id')
    .select(['m.id', 'r.number as round', 'm.model_type', 'm.engine', 'm.seed', 'm.labels', 'm.trained_at'])
    .select(sql<number>`length(m.saved)`.as('bytes'))
    .orderBy('m.id')
    .execute();
  yield* rows;
}

/**
 * The training table: one row per label with a class, with its features. The class column has the model type's
 * name.
 */
export async function* exportTraining(db: Db, type: ModelType) {
  const rows = await db
    .selectFrom('labels as l')
    .innerJoin('features as f', 'f.candid', 'l.candid')
    .leftJoin('candidates as c', 'c.id', 'l.candidate_id')
    .leftJoin('rounds as r', 'r.id', 'c.round_id')
    .leftJoin('models as m', 'm.id', 'r.model_id')
    .where(labelClass(type), 'is not', null)
    .select(['l.candid', 'l.object_id', 'r.number as round', 'l.answer as label'])
    .select([labelClass(type).as(type), 'l.at', 'c.drawn'])
    .select(exportedProbability(type, 'c.p'))
    .select('c.q')
    .select(FEATURE_NAMES.map((name) => `f.${name}` as const))
    .orderBy(sql`r.number is not null`)
    .orderBy('r.number')
    .orderBy('c.draw_order')
    .orderBy('l.at')
    .orderBy('l.object_id')
    .execute();
  yield* rows;
}

/** Labels for the reference's labeled.csv: imported ones unchanged, and those made here. */
export const labelsForReference = async (
  db: Db,
): Promise<{ candid: string; objectId: string; label: string; at: string; imported: number }[]> => {
  const imported = db
    .selectFrom('imported_labels as i')
    .select(['i.candid', 'i.object_id as objectId', 'i.label', 'i.at', sql<number>`1`.as('imported')]);
  const made = db
    .selectFrom('labels as l')
    .where('l.user_id', '<>', 'import')
    .select([
      'l.candid',
      'l.object_id as objectId',
      'l.answer as label',
      'l.at',
      sql<number>`0`.as('imported'),
    ]);
  return imported.unionAll(made).orderBy('at').orderBy('candid').execute();
};

/**
 * Rows for training_ids.csv, which counts from 0: imported rounds unchanged, then the rounds trained here. If
 * their own numbers do not follow the imported ones, they are renumbered after them.
 */
export const trainingForReference = async (
  db: Db,
  name: string | null,
  type: ModelType,
): Promise<{ candid: string; round: number }[]> => {
  const query = db.selectFrom('imported_training').select(['candid', 'round']).orderBy('id');
  const imported = await (name === null ? query : query.where('name', '=', name)).execute();
  const known = new Set(imported.map(({ candid }) => candid));
  const last = imported.reduce((most, { round }) => Math.max(most, round), -1);
  const made = await db
    .selectFrom('labels as l')
    .innerJoin('candidates as c', 'c.id', 'l.candidate_id')
    .innerJoin('rounds as r', 'r.id', 'c.round_id')
    .where(labelClass(type), 'is not', null)
    .where('r.state', '=', 'closed')
    .select(['l.candid', 'r.number'])
    .orderBy('r.number')
    .orderBy('c.draw_order')
    .execute();
  const first = await db
    .selectFrom('rounds')
    .select((eb) => eb.fn.min('number').as('number'))
    .executeTakeFirst();
  const shift = Math.max(0, last + 2 - (first?.number ?? 1));
  return [
    ...imported,
    ...made.flatMap(({ candid, number }) =>
      known.has(candid) ? [] : [{ candid, round: number - 1 + shift }],
    ),
  ];
};

const featureColumns = FEATURE_NAMES.map((name) => `f.${name}` as const);

/**
 * Alerts with features for an export, in the order stored, page by page; with the probability by a model of this
 * type.
 */
export async function* exportAlerts(db: Db, type: ModelType, pageSize = 500) {
  let after = '';
  while (true) {
    const rows = await db
      .selectFrom('alerts as a')
      .innerJoin('features as f', 'f.candid', 'a.candid')
      .leftJoin('labels as l', 'l.object_id', 'a.object_id')
      .leftJoin('scores as s', 's.candid', 'a.candid')
      .leftJoin('models as m', 'm.id', 's.model_id')
      .where('a.candid', '>', after)
      .orderBy('a.candid')
      .limit(pageSize)
      .select([
        'a.candid',
        'a.object_id',
        'a.jd',
        'a.fid',
        'a.magpsf',
        'a.sigmapsf',
        'a.cdsxmatch',
        'a.stored_at',
      ])
      .select('l.answer as label')
      .select(exportedProbability(type, 's.p'))
      .select(featureColumns)
      .select('f.ebv_map')
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.candid;
  }
}

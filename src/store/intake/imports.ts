import { type Insertable, sql } from 'kysely';
import type { Db } from '../open-store.ts';
import { repeatedInsert } from '../repeated-insert.ts';
import type { AnswerValue, ImportedLabelTable, ImportedTrainingTable } from '../schema.ts';
import { refreshPool } from './pool.ts';

export interface LabelToImport {
  readonly objectId: string;
  readonly candid: string;
  readonly label: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Stores imported labels, one per object and candid. @returns how many were new. Call it inside a transaction. */
export const keepImportedLabels = async (
  db: Db,
  labels: readonly LabelToImport[],
  source: string,
  importedAt: string,
): Promise<number> => {
  const insert = repeatedInsert(db, (row: Insertable<ImportedLabelTable>) =>
    db
      .insertInto('imported_labels')
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  );
  let kept = 0;
  for (const { objectId, candid, label, at } of labels) {
    kept += await insert({ object_id: objectId, candid, label, at, source, imported_at: importedAt });
  }
  return kept;
};

/** The candids of an object's alerts. */
export const candidsOfObject = async (db: Db, objectId: string): Promise<string[]> => {
  const rows = await db.selectFrom('alerts').select('candid').where('object_id', '=', objectId).execute();
  return rows.map(({ candid }) => candid);
};

/** Stored candids in a range of candids of one length, in which the order as text is the numeric order. */
export const candidsBetween = async (db: Db, from: bigint, to: bigint, limit: number): Promise<string[]> => {
  const rows = await db
    .selectFrom('alerts')
    .select('candid')
    .where('candid', '>=', from.toString())
    .where('candid', '<=', to.toString())
    .where(sql`length(candid)`, '=', to.toString().length)
    .limit(limit)
    .execute();
  return rows.map(({ candid }) => candid);
};

/** The answer that an imported label stands for. */
export interface ImportedMeaning {
  readonly label: string;
  readonly answer: AnswerValue;
  /** Whether it has a class for any model type. */
  readonly telling: boolean;
}

/** Who is named as the maker of labels that came in from a file. */
const IMPORTER = { id: 'import', name: 'imported' } as const;

/**
 * Makes labels from imported ones whose object is stored by now and has neither a label nor an open candidate; of
 * several, the newest with a class. A label belongs to the alert that was labelled, or else to the object's
 * newest one. Call it inside a transaction.
 * @returns how many objects got a label
 */
export const attachImportedLabels = async (db: Db, meanings: readonly ImportedMeaning[]): Promise<number> => {
  const meaning = sql.join(
    meanings.map(({ label, answer, telling }) => sql`(${label}, ${answer}, ${telling ? 1 : 0})`),
  );
  const rows = await sql<{ object_id: string }>`
    insert into labels (object_id, candid, answer, candidate_id, user_id, user_name, at)
    with meaning (label, answer, telling) as (values ${meaning}),
    best as (
      select i.object_id, i.candid, i.at, m.answer, row_number() over (
        partition by i.object_id order by m.telling desc, i.at desc, i.id desc) as place
      from imported_labels i join meaning m on m.label = i.label)
    select b.object_id,
      coalesce(
        (select a.candid from alerts a where a.candid = b.candid and a.object_id = b.object_id),
        (select a.candid from alerts a where a.object_id = b.object_id order by a.jd desc limit 1)),
      b.answer, null, ${IMPORTER.id}, ${IMPORTER.name}, b.at
    from best b
    where b.place = 1
      and exists (select 1 from alerts a where a.object_id = b.object_id)
      and not exists (select 1 from labels l where l.object_id = b.object_id)
      and not exists (select 1 from candidates c where c.object_id = b.object_id and c.state = 'open')
    on conflict do nothing
    returning object_id`.execute(db);
  await refreshPool(
    db,
    rows.rows.map(({ object_id }) => object_id),
  );
  return rows.rows.length;
};

/** Imported labels whose object is not stored yet. */
export const countUnattachedLabels = async (db: Db): Promise<number> => {
  const { count } = await db
    .selectFrom('imported_labels as i')
    .leftJoin('alerts as a', 'a.object_id', 'i.object_id')
    .where('a.candid', 'is', null)
    .select(sql<number>`count(distinct i.object_id)`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export interface TrainingIdToImport {
  readonly candid: string;
  readonly round: number;
}

/** Stores which alerts a reference program trained on in which round; returns how many were new. */
export const keepImportedTraining = async (
  db: Db,
  name: string,
  ids: readonly TrainingIdToImport[],
  source: string,
  importedAt: string,
): Promise<number> => {
  const insert = repeatedInsert(db, (row: Insertable<ImportedTrainingTable>) =>
    db
      .insertInto('imported_training')
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  );
  let kept = 0;
  for (const { candid, round } of ids) {
    kept += await insert({ candid, round, name, source, imported_at: importedAt });
  }
  return kept;
};

/** The last round in imported training ids; null without any. */
export const lastImportedRound = async (db: Db): Promise<number | null> => {
  const { last } = await db
    .selectFrom('imported_training')
    .select(sql<number | null>`max(round)`.as('last'))
    .executeTakeFirstOrThrow();
  return last;
};

/** Values per statement, within SQLite's limit. */
const PER_STATEMENT = 300;

/** Which of these candids have an imported label or a label here. */
export const labelledCandids = async (db: Db, candids: readonly string[]): Promise<Set<string>> => {
  const found = new Set<string>();
  for (let start = 0; start < candids.length; start += PER_STATEMENT) {
    const page = candids.slice(start, start + PER_STATEMENT);
    const rows = await db
      .selectFrom('imported_labels')
      .select('candid')
      .where('candid', 'in', page)
      .union(db.selectFrom('labels').select('candid').where('candid', 'in', page))
      .execute();
    for (const { candid } of rows) found.add(candid);
  }
  return found;
};

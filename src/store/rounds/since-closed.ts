import type { Db } from '../open-store.ts';
import type { RoundRow } from '../schema.ts';

/** Changes to a round's labels after it closed; its figures stay. */
export interface SinceClosed {
  /** Objects with a corrected label. */
  readonly relabelled: number;
  /** Objects with a disagreement. */
  readonly disagreed: number;
}

const objects = async (query: { execute(): Promise<readonly { object_id: string }[]> }): Promise<number> =>
  new Set((await query.execute()).map(({ object_id }) => object_id)).size;

/** How many of a round's objects were corrected or disagreed with after its close; none while it is open. */
export const sinceClosed = async (
  db: Db,
  { id, closed_at: closed }: Pick<RoundRow, 'id' | 'closed_at'>,
): Promise<SinceClosed> => {
  if (closed === null) return { relabelled: 0, disagreed: 0 };
  const corrected = db
    .selectFrom('corrections as k')
    .innerJoin('candidates as c', 'c.object_id', 'k.object_id')
    .where('c.round_id', '=', id)
    .where('c.state', 'in', ['labelled', 'skipped'])
    .where('k.at', '>', closed)
    .select('k.object_id');
  const disputed = db
    .selectFrom('answers as a')
    .innerJoin('candidates as c', 'c.id', 'a.candidate_id')
    .where('c.round_id', '=', id)
    .where('a.kind', '=', 'disagree')
    .where('a.at', '>', closed)
    .select('c.object_id');
  return { relabelled: await objects(corrected), disagreed: await objects(disputed) };
};

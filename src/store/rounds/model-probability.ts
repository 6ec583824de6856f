import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';

/**
 * A probability in a query that joins the model it is of as `m`: null where that is of another type, or where
 * there is none.
 *
 * @param column the column with the probability
 */
export const probabilityFor = (type: ModelType, column: 'c.p' | 's.p'): RawBuilder<number | null> =>
  sql<number | null>`case when m.model_type = ${type} then ${sql.ref(column)} end`;

/** The same as an export names it: `p_galactic`. */
export const exportedProbability = (
  type: ModelType,
  column: 'c.p' | 's.p',
): AliasedRawBuilder<number | null, `p_${ModelType}`> => probabilityFor(type, column).as(`p_${type}`);

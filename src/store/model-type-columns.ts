import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';
import { answersOfClass } from '../pipeline/learning/answers.ts';
import type { ModelType } from '../pipeline/learning/label-maps.ts';

/**
 * A label's class for a model type, from its answer: 1, 0, or null without a class. It is computed, not stored,
 * so that labels serve every type.
 * @param answer the column with the answer
 */
export const labelClass = (type: ModelType, answer = 'l.answer'): RawBuilder<0 | 1 | null> => {
  const column = sql.ref(answer);
  return sql`case when ${column} in (${sql.join(answersOfClass(type, 1))}) then 1
    when ${column} in (${sql.join(answersOfClass(type, 0))}) then 0 end`;
};

/**
 * A probability in a query that joins its model as `m`; null if that is of another type or missing.
 * @param column the column with the probability
 */
export const probabilityFor = (type: ModelType, column: 'c.p' | 's.p'): RawBuilder<number | null> =>
  sql<number | null>`case when m.model_type = ${type} then ${sql.ref(column)} end`;

/** The name of that probability in exports: `p_galactic`. */
export const exportedProbability = (
  type: ModelType,
  column: 'c.p' | 's.p',
): AliasedRawBuilder<number | null, `p_${ModelType}`> => probabilityFor(type, column).as(`p_${type}`);

import { type RawBuilder, sql } from 'kysely';
import { answersOfClass } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';

/**
 * The class of a label for a model type, read from its answer: 1, 0, or null where it has none. It is stored
 * nowhere, so that the same labels serve whichever type is in use.
 *
 * @param answer the column with the answer
 */
export const labelClass = (type: ModelType, answer = 'l.answer'): RawBuilder<0 | 1 | null> => {
  const column = sql.ref(answer);
  return sql`case when ${column} in (${sql.join(answersOfClass(type, 1))}) then 1
    when ${column} in (${sql.join(answersOfClass(type, 0))}) then 0 end`;
};

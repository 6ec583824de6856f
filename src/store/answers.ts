import type { Selectable } from 'kysely';
import type { Db } from './open-store.ts';
import type { AnswerTable } from './schema.ts';

export type AnswerRow = Selectable<AnswerTable>;

export const insertAnswer = async (db: Db, answer: Omit<AnswerRow, 'id'>): Promise<void> => {
  await db.insertInto('answers').values(answer).execute();
};

/** Answers with the people's display names where they are known by now. */
const namedAnswers = (db: Db) =>
  db
    .selectFrom('answers as a')
    .leftJoin('people as p', 'p.user_id', 'a.user_id')
    .select(['a.id', 'a.candidate_id', 'a.user_id', 'a.answer', 'a.decided', 'a.at'])
    .select((eb) => eb.fn.coalesce('p.name', 'a.user_name').as('user_name'))
    .orderBy('a.id');

/** All answers given to one candidate, oldest first. */
export const answersTo = (db: Db, candidateId: number): Promise<AnswerRow[]> =>
  namedAnswers(db).where('a.candidate_id', '=', candidateId).execute();

/** The answers of a round's candidates that decided them, oldest first. */
export const decidingAnswers = (db: Db, roundId: number): Promise<AnswerRow[]> =>
  namedAnswers(db)
    .innerJoin('candidates as c', 'c.id', 'a.candidate_id')
    .where('c.round_id', '=', roundId)
    .where('a.decided', '=', 1)
    .execute();

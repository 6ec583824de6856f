import type { Selectable } from 'kysely';
import type { Db } from '../open-store.ts';
import type { AnswerKind, AnswerTable } from '../schema.ts';

export type AnswerRow = Selectable<AnswerTable> & { readonly kind: AnswerKind };

/** Comment and confidence of an answer; null and 0 for none. */
export type AnswerRemark = Pick<AnswerRow, 'note' | 'unsure'>;

/**
 * Adds an event to a candidate's answers.
 * @returns false if this click is stored already, since the chat delivered it twice
 */
export const insertAnswer = async (
  db: Db,
  answer: Omit<AnswerRow, 'id' | keyof AnswerRemark> & Partial<AnswerRemark>,
): Promise<boolean> => {
  const inserted = await db
    .insertInto('answers')
    .values(answer)
    .onConflict((conflict) =>
      conflict.columns(['candidate_id', 'user_id', 'click']).where('click', 'is not', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
};

/** Whether this person's click is stored already. */
export const hasClick = async (
  db: Db,
  { candidate_id, user_id, click }: Pick<AnswerRow, 'candidate_id' | 'user_id' | 'click'>,
): Promise<boolean> =>
  click !== null &&
  (await db
    .selectFrom('answers')
    .select('id')
    .where('candidate_id', '=', candidate_id)
    .where('user_id', '=', user_id)
    .where('click', '=', click)
    .executeTakeFirst()) !== undefined;

/** Answers with the people's current display names, where known. */
const namedAnswers = (db: Db) =>
  db
    .selectFrom('answers as a')
    .leftJoin('people as p', 'p.user_id', 'a.user_id')
    .select(['a.id', 'a.candidate_id', 'a.user_id', 'a.answer', 'a.decided', 'a.at'])
    .select(['a.kind', 'a.click', 'a.p_seen', 'a.note', 'a.unsure'])
    .select((eb) => eb.fn.coalesce('p.name', 'a.user_name').as('user_name'))
    .orderBy('a.id');

/** All answers to a candidate, oldest first. */
export const answersTo = (db: Db, candidateId: number): Promise<AnswerRow[]> =>
  namedAnswers(db).where('a.candidate_id', '=', candidateId).execute();

/** One person's answers to a candidate, oldest first. */
export const answersOfPerson = (db: Db, candidateId: number, userId: string): Promise<AnswerRow[]> =>
  namedAnswers(db).where('a.candidate_id', '=', candidateId).where('a.user_id', '=', userId).execute();

/** All answers to a round's candidates, oldest first. */
export const answersOfRound = (db: Db, roundId: number): Promise<AnswerRow[]> =>
  namedAnswers(db)
    .innerJoin('candidates as c', 'c.id', 'a.candidate_id')
    .where('c.round_id', '=', roundId)
    .execute();

/** The candidates of a round that a person has answered. */
export const candidatesAnsweredBy = async (db: Db, userId: string, roundId: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('answers as a')
    .innerJoin('candidates as c', 'c.id', 'a.candidate_id')
    .select('a.candidate_id')
    .distinct()
    .where('a.user_id', '=', userId)
    .where('c.round_id', '=', roundId)
    .execute();
  return rows.map(({ candidate_id }) => candidate_id);
};

/** All answers, oldest first. */
export const allAnswers = (db: Db): Promise<AnswerRow[]> => namedAnswers(db).execute();

/** All answers after `since` (ISO 8601), oldest first. */
export const answersSince = (db: Db, since: string): Promise<AnswerRow[]> =>
  namedAnswers(db).where('a.at', '>', since).execute();

/** The last voters, latest first. */
export const lastVoters = async (db: Db, most: number): Promise<string[]> => {
  const rows = await db
    .selectFrom('answers')
    .select('user_id')
    .where('kind', '=', 'vote')
    .groupBy('user_id')
    .orderBy((eb) => eb.fn.max('id'), 'desc')
    .limit(most)
    .execute();
  return rows.map(({ user_id }) => user_id);
};

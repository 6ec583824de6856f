import { candidatesAnsweredBy } from '../../store/answers/answers.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { keepPerson, personName } from '../../store/chat/people.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { roundUnderWay } from '../../store/rounds/rounds.ts';
import { cardKey, headerKey } from '../round-messages.ts';

/**
 * Keeps a person's display name; the open round's messages that show them are drawn again.
 * @returns whether it is new
 */
export const learnName = (db: Db, userId: string, name: string): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    if ((await personName(trx, userId)) === name) return false;
    await keepPerson(trx, userId, name);
    const round = await roundUnderWay(trx);
    if (round === undefined) return true;
    const answered = await candidatesAnsweredBy(trx, userId, round.id);
    if (answered.length > 0) await wantRedraw(trx, [...answered.map(cardKey), headerKey(round.id)]);
    return true;
  });

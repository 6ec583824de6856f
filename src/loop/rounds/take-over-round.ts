import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { labelsOfRound } from '../../store/answers/labels.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { candidatesOf, changeModelType, setDecidedState } from '../../store/rounds/rounds.ts';
import type { RoundRow } from '../../store/schema.ts';
import { replaceSkipped } from '../answers/replace-skipped.ts';
import { headerKey, redrawCards } from '../round-messages.ts';

/**
 * Switches an open round to the configured model type. Its cards get the new buttons, answers so far are read
 * anew, and a candidate that loses its class is replaced as a skipped one is. The draw probabilities stay, since
 * they weigh the labels. A round in training is left as it is.
 *
 * @returns whether the round asked something else before
 */
export const takeOverRound = (
  db: Db,
  round: Pick<RoundRow, 'id' | 'model_type'>,
  type: ModelType,
  clock: () => Date,
): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    if (round.model_type === type || !(await changeModelType(trx, round.id, type))) return false;
    const answers = new Map(
      (await labelsOfRound(trx, round.id)).map((one) => [one.candidate_id, one.answer]),
    );
    for (const candidate of await candidatesOf(trx, round.id)) {
      const answer = answers.get(candidate.id);
      if (answer === undefined) continue;
      const state = classOf(type, answer) === null ? 'skipped' : 'labelled';
      if (state === candidate.state) continue;
      await setDecidedState(trx, candidate.id, state);
      if (state === 'skipped') await replaceSkipped(trx, candidate, clock().toISOString());
    }
    await wantRedraw(trx, [headerKey(round.id)]);
    await redrawCards(trx, round.id);
    return true;
  });

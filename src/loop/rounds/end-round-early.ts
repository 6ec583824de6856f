import { wantRedraw } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import {
  abandonRound,
  claimForTraining,
  noteEnd,
  roundUnderWay,
  withdrawOpen,
} from '../../store/rounds/rounds.ts';
import type { RoundRow } from '../../store/schema.ts';
import { headerKey, redrawCards } from '../round-messages.ts';

export type EndedRound =
  /** The round was open; so many of its candidates are not asked about any more. */
  | { readonly kind: 'ended'; readonly round: RoundRow; readonly withdrawn: number }
  /** It is answered, and its model is training: it closes by itself. */
  | { readonly kind: 'training'; readonly round: RoundRow }
  | { readonly kind: 'none' };

/** What somebody wants of the open round. */
export interface End {
  /** `early`: train on what there is, and report. `abandoned`: neither; the answers are kept all the same. */
  readonly as: 'early' | 'abandoned';
  /** Who ended it, by name. */
  readonly by: string;
}

/** Ends the open round before all is answered. What was answered keeps its label, whichever way it ends. */
export const endRound = (db: Db, { as, by }: End, clock: () => Date): Promise<EndedRound> =>
  inTransaction(db, async (trx): Promise<EndedRound> => {
    const round = await roundUnderWay(trx);
    if (round === undefined) return { kind: 'none' };
    if (round.state === 'training') return { kind: 'training', round };
    const withdrawn = await withdrawOpen(trx, round.id);
    await noteEnd(trx, round.id, as, by);
    if (as === 'early') await claimForTraining(trx, round.id);
    else await abandonRound(trx, round.id, clock().toISOString());
    await wantRedraw(trx, [headerKey(round.id)]);
    await redrawCards(trx, round.id);
    return { kind: 'ended', round, withdrawn };
  });

import { findMessage, wantAgain } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import { askAgain, candidatesOf, findRound, insertCandidates } from '../../store/rounds/rounds.ts';
import type { CandidateRow } from '../../store/schema.ts';
import { cardKey, wantCard } from '../round-messages.ts';
import { nextCandidate } from '../rounds/choose-candidates.ts';

/**
 * Replaces a candidate that got no class by the next one, or after an undo by its earlier replacement. Does
 * nothing when the round has its full number, or the pool is empty.
 */
export const replaceSkipped = async (trx: Db, skipped: CandidateRow, at: string): Promise<void> => {
  const roundId = skipped.round_id;
  const round = await findRound(trx, roundId);
  if (round === undefined) throw new Error(`round ${roundId} is gone`);
  const asked = await candidatesOf(trx, roundId);
  const counting = asked.filter(({ state }) => state === 'open' || state === 'labelled');
  if (counting.length >= round.size) return;
  const before = asked.find(({ state, replaces_id }) => state === 'withdrawn' && replaces_id === skipped.id);
  if (before !== undefined && (await askAgain(trx, before.id))) {
    await wantAgain(trx, cardKey(before.id));
    return;
  }
  const next = await nextCandidate(trx, round, skipped);
  if (next === null) return;
  const [inserted] = await insertCandidates(trx, roundId, [{ ...next, replacesId: skipped.id }]);
  if (inserted === undefined) throw new Error(`the replacement in round ${roundId} was not stored`);
  const [first] = asked;
  // Where the round's other cards are.
  const threadKey =
    first === undefined ? null : ((await findMessage(trx, cardKey(first.id)))?.thread_key ?? null);
  await wantCard(trx, inserted, threadKey, at);
};

import { wantMessage, wantRedraw } from '../store/chat/messages.ts';
import type { Db } from '../store/open-store.ts';
import { candidatesOf } from '../store/rounds/rounds.ts';
import type { CandidateRow } from '../store/schema.ts';

/** Names of the messages a round needs; each is posted once however often it is asked for. */
export const headerKey = (roundId: number): string => `header:${roundId}`;
export const cardKey = (candidateId: number): string => `card:${candidateId}`;
export const reportKey = (roundId: number): string => `report:${roundId}`;
/** What stands in the report's thread. */
export const reportDetailsKey = (roundId: number): string => `report_details:${roundId}`;
export const digestKey = (day: string): string => `digest:${day}`;
/** What stands in the digest's thread. */
export const digestDetailsKey = (day: string): string => `digest_details:${day}`;
/** At most one reminder of a round a day. */
export const reminderKey = (roundId: number, day: string): string => `reminder:${roundId}:${day}`;
/** The question whether a model that did worse shall be promoted. */
export const promotionKey = (roundId: number): string => `promotion:${roundId}`;

/** Asks for a candidate's card to be posted: in the thread of the message with that key, or in the channel. */
export const wantCard = (
  db: Db,
  candidate: Pick<CandidateRow, 'id' | 'round_id'>,
  threadKey: string | null,
  at: string,
): Promise<void> =>
  wantMessage(db, {
    key: cardKey(candidate.id),
    kind: 'card',
    roundId: candidate.round_id,
    candidateId: candidate.id,
    at,
    ...(threadKey === null ? {} : { threadKey }),
  });

/** Asks for all cards of a round to be drawn again. */
export const redrawCards = async (db: Db, roundId: number): Promise<void> =>
  wantRedraw(
    db,
    (await candidatesOf(db, roundId)).map(({ id }) => cardKey(id)),
  );

import { answerPace } from '../../loop/answers/answer-pace.ts';
import { type PersonalRound, readPersonalRound } from '../../loop/answers/personal-round.ts';
import { cardKey } from '../../loop/round-messages.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import type { CandidateRow } from '../../store/schema.ts';
import {
  type ReviewCandidate,
  type ReviewContent,
  type ReviewPlace,
  type ReviewSaid,
  reviewAnswers,
  reviewEnd,
} from '../content/review/review-content.ts';
import { cardPictureKey } from '../message-pictures.ts';
import type { Chat } from '../port.ts';
import { linkToMessage, type ReadOptions, readCard } from './read-card.ts';

export interface ReadReviewOptions {
  readonly reading: ReadOptions;
  readonly chat: Pick<Chat, 'shows'>;
  /** Uploads a card's picture again if needed; bounded in time; never rejects. */
  readonly wantPicture: (candid: string) => Promise<void>;
  readonly clock: () => Date;
}

/** The candidate to show; then those after it; last the postponed ones. */
const nextOf = (
  { candidates, waiting }: PersonalRound,
  after: number | null,
  show: number | null,
): CandidateRow | undefined => {
  const wanted = waiting.find(({ id }) => id === show);
  if (wanted !== undefined) return wanted;
  const order = candidates.find(({ id }) => id === after)?.draw_order ?? 0;
  return waiting.find(({ draw_order }) => draw_order > order) ?? waiting[0];
};

const readCandidate = async (
  options: ReadReviewOptions,
  { id, candid }: CandidateRow,
  step: Pick<ReviewCandidate, 'place' | 'said' | 'done' | 'total'>,
): Promise<ReviewCandidate> => {
  const { reading, chat } = options;
  const card = await readCard(reading, id);
  await options.wantPicture(candid);
  const file = await fileIdOf(reading.db, cardPictureKey(candid));
  return {
    ...step,
    kind: 'candidate',
    progress: `${step.done + 1} of ${step.total}`,
    card,
    answers: reviewAnswers(card.modelType),
    picture: file !== null && (await chat.shows(file)) ? file : null,
    link: await linkToMessage(reading, cardKey(id)),
    more: step.total > step.done + 1,
  };
};

/**
 * Reads the next step of a person's review.
 * @param show the candidate to show if it waits for them; null for the next one
 */
export const readReview = async (
  options: ReadReviewOptions,
  userId: string,
  at: ReviewPlace | null,
  said: ReviewSaid | null,
  show: number | null = null,
): Promise<ReviewContent> => {
  const { reading, clock } = options;
  const now = clock();
  const mine = await readPersonalRound(reading.db, userId, at?.round ?? null);
  const since = at?.since ?? now.toISOString();
  const place = { round: mine?.round.id ?? null, since, after: at?.after ?? null };
  const given = (mine?.given ?? []).filter((answer) => answer.at >= since);
  const next = mine === null ? undefined : nextOf(mine, place.after, show);
  if (mine !== null && next !== undefined) {
    const step = { place, said, done: given.length, total: given.length + mine.waiting.length };
    return readCandidate(options, next, step);
  }
  const current = await readPersonalRound(reading.db, userId, null);
  const other = current !== null && current.round.id !== mine?.round.id ? current : null;
  return reviewEnd({
    place,
    said,
    round: mine?.round ?? null,
    candidates: mine?.candidates ?? [],
    given,
    pace: answerPace([since, ...given.map((answer) => answer.at)]),
    now,
    goOn:
      other === null || other.waiting.length === 0
        ? null
        : { round: other.round.number, waiting: other.waiting.length },
  });
};

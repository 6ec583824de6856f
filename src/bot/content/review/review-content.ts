import type { AnswerPace } from '../../../loop/answers/answer-pace.ts';
import { classOf } from '../../../pipeline/learning/answers.ts';
import type { ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { AnswerRow } from '../../../store/answers/answers.ts';
import type { CandidateRow, RoundRow } from '../../../store/schema.ts';
import { type AnswerChoice, buttonAnswers, classCounts, menuAnswers } from '../answer-words.ts';
import type { CardContent } from '../card-content.ts';
import { elapsed, plural } from '../format.ts';
import { paceWords } from '../person-words.ts';
import type { PictureId } from '../picture.ts';

/** A person's position in a review. The chat keeps it in the form and sends it back unchanged. */
export interface ReviewPlace {
  /** The round under review; null if none is open. */
  readonly round: number | null;
  /** Start of the review, ISO 8601. */
  readonly since: string;
  /** The review continues after this candidate; null at first. */
  readonly after: number | null;
}

/** The result of the last step. */
export interface ReviewSaid {
  readonly text: string;
  /** The candidate whose answer can be undone with one click; null for none. */
  readonly undo: number | null;
}

/** One step of a review: a candidate to answer, or the end. */
export type ReviewContent = ReviewCandidate | ReviewEnd;

interface ReviewStepContent {
  readonly place: ReviewPlace;
  readonly said: ReviewSaid | null;
}

export interface ReviewCandidate extends ReviewStepContent {
  readonly kind: 'candidate';
  /** `3 of 10`. */
  readonly progress: string;
  readonly done: number;
  readonly total: number;
  readonly card: CardContent;
  /** All answers, most frequent first, a skip last. */
  readonly answers: readonly AnswerChoice[];
  /** Null if people would not see it in a form. */
  readonly picture: PictureId | null;
  /** Link to its card; null if it has none. */
  readonly link: string | null;
  /** Whether more candidates wait after this one. */
  readonly more: boolean;
}

export interface ReviewEnd extends ReviewStepContent {
  readonly kind: 'end';
  readonly lines: readonly string[];
  /** Another round is open now, and this many of its candidates wait for the person. */
  readonly goOn: { readonly round: number; readonly waiting: number } | null;
}

/** A model type's answers in the order of review mode. */
export const reviewAnswers = (type: ModelType): AnswerChoice[] => {
  const all = [...buttonAnswers(type), ...menuAnswers(type)].map(({ answer, name }) => ({ answer, name }));
  return [...all.filter(({ answer }) => answer !== 'skip'), ...all.filter(({ answer }) => answer === 'skip')];
};

/** The round's state, for people without open candidates in it. */
const roundWords = (round: RoundRow, candidates: readonly CandidateRow[]): string => {
  if (round.state === 'training') return `Round ${round.number} is answered: the model is training.`;
  if (round.state === 'closed') return `Round ${round.number} is closed: its report is in the channel.`;
  const open = candidates.filter(({ state }) => state === 'open').length;
  const labelled = candidates.filter(({ state }) => state === 'labelled').length;
  const others = open === 0 ? '' : '; the open ones wait for other people';
  return `Round ${round.number}: ${labelled} of ${labelled + open} labelled${others}.`;
};

/** What a person has done since the review began. */
const doneWords = (
  { since, now, type }: { readonly since: string; readonly now: Date; readonly type: ModelType },
  given: readonly AnswerRow[],
  pace: AnswerPace | null,
): string => {
  const classes = given.map(({ answer }) => classOf(type, answer));
  const count = (y: 0 | 1 | null): number => classes.filter((one) => one === y).length;
  const without = count(null) === 0 ? '' : `, ${count(null)} without a class`;
  const time = `in ${elapsed(since, now)}${pace === null ? '' : `, ${paceWords(pace)}`}`;
  return `${plural(given.length, 'answer')}: ${classCounts(type, { positive: count(1), negative: count(0) })}${without}; ${time}.`;
};

/** The end of a review: nothing waits for the person any more. */
export const reviewEnd = ({
  place,
  said,
  round,
  candidates,
  given,
  pace,
  now,
  goOn,
}: ReviewStepContent & {
  /** The round under review; null if none is open. */
  readonly round: RoundRow | null;
  readonly candidates: readonly CandidateRow[];
  /** The person's answers since the review began. */
  readonly given: readonly AnswerRow[];
  readonly pace: AnswerPace | null;
  readonly now: Date;
  readonly goOn: ReviewEnd['goOn'];
}): ReviewEnd => ({
  kind: 'end',
  place,
  said,
  goOn,
  lines:
    round === null
      ? ['No round is open: the next one is announced in the channel.']
      : [
          given.length === 0
            ? 'Nothing waits for you.'
            : `Thank you! ${doneWords({ since: place.since, now, type: round.model_type }, given, pace)}`,
          roundWords(round, candidates),
        ],
});

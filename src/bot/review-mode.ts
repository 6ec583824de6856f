import { readAnswers } from '../loop/answers/read-answers.ts';
import type { AnswerOutcome } from '../loop/answers/record-answer.ts';
import { answersTo } from '../store/answers/answers.ts';
import { findLabel } from '../store/answers/labels.ts';
import { findCandidate, findRound } from '../store/rounds/rounds.ts';
import type { BotContext } from './bot-context.ts';
import { answerWords, labelWords } from './content/answer-words.ts';
import {
  FOREIGN_CARD,
  type HintsSeen,
  noteOnAnswer,
  noteOnHints,
  noteOnUndo,
} from './content/note-content.ts';
import { type RemarkForm, remarkOf } from './content/review/remark-content.ts';
import type { ReviewContent, ReviewSaid } from './content/review/review-content.ts';
import type { Note } from './content/said.ts';
import { cardPicture } from './message-pictures.ts';
import type { Incoming, Person, ReviewAct, ReviewStep } from './port.ts';
import { readHints } from './readings/read-card.ts';
import { readReview } from './readings/read-review.ts';

/** A note as plain text. */
const wordsOf = (note: Note | null, outcome: AnswerOutcome, context: BotContext): string | null => {
  if (note === null) return null;
  if (note.kind === 'text') return note.text;
  if (outcome.kind !== 'late') return null;
  const { objectId, by } = outcome;
  const first = `${objectId} was decided first: ${answerWords(context.modelType, by.answer)}, ${by.name}`;
  return `${first}. Your answer is kept beside it${outcome.differs ? '; the label stays as it is' : ''}.`;
};

/** What a person sees right after answering; null if nothing was stored. */
const hintsOn = async (
  { kind }: AnswerOutcome,
  candidateId: number,
  person: Person,
  { reading }: BotContext,
): Promise<HintsSeen | null> =>
  kind === 'counted' || kind === 'decided' ? readHints(reading, candidateId, person.id) : null;

/** What the next view says about the answer. Whoever has answered may see the model's probability. */
const saidOfAnswer = async (
  { candidateId, answer }: Extract<ReviewAct, { kind: 'answer' }>,
  outcome: AnswerOutcome,
  person: Person,
  context: BotContext,
): Promise<ReviewSaid | null> => {
  const { modelType, reading } = context;
  const seen = reading.hints === 'after' ? await hintsOn(outcome, candidateId, person, context) : null;
  switch (outcome.kind) {
    case 'counted': {
      const { objectId, votes, quorum } = outcome;
      const hints = seen === null ? null : noteOnHints(outcome, seen, modelType);
      const kept = `Kept: ${votes} of ${quorum} answers to ${objectId}.`;
      return { text: hints?.kind === 'text' ? hints.text : kept, undo: candidateId };
    }
    case 'decided': {
      const { objectId, finishedRound } = outcome;
      const label = await findLabel(context.db, objectId);
      const words = label === undefined ? answerWords(modelType, answer) : labelWords(modelType, label);
      const parts = [`${objectId}: ${words}`, seen?.probability ?? null];
      const undo = finishedRound === null ? candidateId : null;
      return { text: `${parts.filter((part) => part !== null).join(' · ')}.`, undo };
    }
    case 'repeated':
      return null;
    case 'late':
    case 'withdrawn':
    case 'unknown':
    case 'remarked': {
      const text = wordsOf(noteOnAnswer(outcome, person.id, modelType), outcome, context);
      return text === null ? null : { text, undo: null };
    }
  }
};

/**
 * What to say if the person had already given another answer and the form was outdated: a key pressed twice is
 * not a change of mind.
 */
const otherAnswerOf = async (
  { id }: Person,
  { candidateId, answer }: Extract<ReviewAct, { kind: 'answer' }>,
  { db, modelType }: BotContext,
): Promise<ReviewSaid | null> => {
  const { votes } = readAnswers(await answersTo(db, candidateId));
  const mine = votes.find(({ user_id }) => user_id === id);
  if (mine === undefined || mine.answer === answer) return null;
  return { text: `You had answered: ${answerWords(modelType, mine.answer)}.`, undo: candidateId };
};

/** Applies a step. @returns what to say about it, and the candidate to show */
const act = async (
  did: ReviewAct,
  person: Person,
  context: BotContext,
): Promise<{ readonly said: ReviewSaid | null; readonly show: number | null }> => {
  const { loop } = context;
  const by = { candidateId: did.candidateId, userId: person.id, userName: person.name };
  switch (did.kind) {
    case 'answer': {
      const { answer, click, remark = null } = did;
      const pressedAgain = await otherAnswerOf(person, did, context);
      if (pressedAgain !== null) return { said: pressedAgain, show: null };
      const outcome = await loop.answer({ ...by, answer, click, remark });
      return { said: await saidOfAnswer(did, outcome, person, context), show: null };
    }
    case 'undo': {
      const outcome = await loop.undo({ ...by, click: did.click });
      const note = noteOnUndo(outcome);
      const text = note?.kind === 'text' ? note.text : 'Undone: it is asked again.';
      return { said: { text, undo: null }, show: did.candidateId };
    }
    case 'later':
      return { said: null, show: null };
  }
};

/** Longest time a click waits for a picture, ms. */
const PICTURE_WAIT_MS = 1_000;

/** Uploads a card's picture again for chats that do not keep pictures. */
const wantPictureOf =
  ({ db, pictures, surroundings, uploads }: BotContext) =>
  async (candid: string): Promise<void> => {
    if (pictures === null) return;
    await uploads.want(cardPicture({ db, pictures, surroundings }, candid), PICTURE_WAIT_MS, () => undefined);
  };

/** One step of a review: stores what the person did, then reads the next candidate. */
export const reviewStep = async (
  { person, place, did }: ReviewStep,
  context: BotContext,
): Promise<ReviewContent> => {
  const { said, show } = did === null ? { said: null, show: null } : await act(did, person, context);
  const at = place === null || did === null ? place : { ...place, after: did.candidateId };
  return readReview({ ...context, wantPicture: wantPictureOf(context) }, person.id, at, said, show);
};

/** The form for an answer with a comment; null for an unknown candidate. */
const remarkForm = async (
  person: Person,
  candidateId: number,
  { db }: BotContext,
): Promise<RemarkForm | null> => {
  const candidate = await findCandidate(db, candidateId);
  const round = candidate === undefined ? undefined : await findRound(db, candidate.round_id);
  if (candidate === undefined || round === undefined) return null;
  const { votes, late } = readAnswers(await answersTo(db, candidateId));
  const mine = [...late, ...votes].find(({ user_id }) => user_id === person.id);
  return {
    modelType: round.model_type,
    candidateId,
    objectId: candidate.object_id,
    answer: mine?.answer ?? null,
    remark: mine === undefined ? { note: null, unsure: false } : remarkOf(mine),
  };
};

/**
 * The part of `Incoming` for reviews and comments. @param refusalTo the refusal for a person who may not label,
 * else null
 */
export const createReviewing = (
  context: BotContext,
  refusalTo: (person: Person) => Promise<Note | null>,
): Pick<Incoming, 'review' | 'remark' | 'guidelines'> => {
  /** The steps under way, by person: a key pressed twice is two steps, and the second sees what the first has done. */
  const underWay = new Map<string, Promise<void>>();
  return {
    ...reviewing(context, refusalTo),
    review: async (step) => {
      const refused = await refusalTo(step.person);
      if (refused !== null) return { note: refused };
      const before = underWay.get(step.person.id);
      const review = (before ?? Promise.resolve()).then(() => reviewStep(step, context));
      const over = review.then(
        () => undefined,
        () => undefined, // told to whoever asked for that step
      );
      underWay.set(step.person.id, over);
      void over.then(() => {
        if (underWay.get(step.person.id) === over) underWay.delete(step.person.id);
      });
      return { review: await review };
    },
  };
};

const reviewing = (
  context: BotContext,
  refusalTo: (person: Person) => Promise<Note | null>,
): Pick<Incoming, 'remark' | 'guidelines'> => ({
  remark: async ({ person, candidateId }) => {
    const refused = await refusalTo(person);
    if (refused !== null) return { note: refused };
    const form = await remarkForm(person, candidateId, context);
    return form === null ? { note: { kind: 'text', text: FOREIGN_CARD } } : { form };
  },
  guidelines: () => context.guidelines,
});

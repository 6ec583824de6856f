import type { DisagreeOutcome } from '../../loop/answers/disagree.ts';
import type { AnswerOutcome } from '../../loop/answers/record-answer.ts';
import type { RelabelOutcome } from '../../loop/answers/relabel.ts';
import type { UndoOutcome } from '../../loop/answers/undo-answer.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Trouble } from '../../store/chat/channel-trouble.ts';
import type { AnswerValue } from '../../store/schema.ts';
import { answerWords } from './answer-words.ts';
import { minuteUtc } from './format.ts';
import { remarkWords } from './review/remark-content.ts';
import type { Note } from './said.ts';

/** Said to somebody whose click still waits for the store. */
export const NOT_STORED_YET =
  'Not stored yet: the store is busy. Your click waits for it and is stored as soon as it can be; there is no need to click again.';

/** Said when it was stored after all. */
export const STORED_NOW = 'Stored now.';

/** Said to somebody of whose click or words nothing was kept. */
export const NOT_KEPT = 'This was not kept: the store did not take it. Please try again in a moment.';

/** Said when the chat has not told who may label or run the loop, so that nobody can be let in. */
export const NOT_KNOWN_WHO =
  'Nothing was kept: it could not be found out just now who may do this here. Please try again in a minute.';

/** Said privately to whoever presses a button that was posted by another version of the bot. */
export const OLD_BUTTON =
  'This button is from another version of the bot, and nothing was done. `/finkvra status` says what is open.';

/** The store knows no such candidate: the message was posted from another one. */
export const FOREIGN_CARD =
  'This card is not in the store any more, and nothing was kept. `/finkvra status` says what is open.';

const text = (said: string): Note => ({ kind: 'text', text: said });

/** What to say to somebody about their answer; null where the card shows it. */
export const noteOnAnswer = (outcome: AnswerOutcome, userId: string, type: ModelType): Note | null => {
  switch (outcome.kind) {
    case 'late': {
      const { kind: _kind, ...late } = outcome;
      return { kind: 'late', late: { ...late, modelType: type, mine: outcome.by.userId === userId } };
    }
    case 'withdrawn':
      return text(`${outcome.objectId} is not asked about any more, and nothing was kept.`);
    case 'unknown':
      return text(FOREIGN_CARD);
    case 'remarked':
      return text(
        `Kept with your answer to ${outcome.objectId}: ${remarkWords(outcome.remark) || 'no comment any more'}.`,
      );
    case 'decided':
    case 'counted':
    case 'repeated':
      return null;
  }
};

/** What somebody may see of a candidate that waits for others, once they have answered it. */
export interface HintsSeen {
  readonly objectId: string;
  /** What the model thinks, and why. */
  readonly probability: string | null;
  readonly pushed: string | null;
  readonly others: readonly { readonly name: string; readonly answer: AnswerValue }[];
}

/** Tells who has answered what the model and the others think, before the card does; null if nothing is. */
export const noteOnHints = (
  { votes, quorum }: { readonly votes: number; readonly quorum: number },
  { objectId, probability, pushed, others }: HintsSeen,
  type: ModelType,
): Note | null => {
  if (probability === null && others.length === 0) return null;
  const said = [
    `Kept: ${votes} of ${quorum} answers to ${objectId}`,
    probability,
    pushed === null ? null : `points by feature: ${pushed}`,
    ...others.map(({ name, answer }) => `${name}: ${answerWords(type, answer)}`),
  ];
  return text(`${said.filter((part) => part !== null).join(' · ')}.`);
};

/** What to say about an undo that did not happen; null where nothing has to be said. */
export const noteOnUndo = (outcome: UndoOutcome): Note | null => {
  switch (outcome.kind) {
    case 'not-yours':
      return text(
        `${outcome.name} gave this answer, and only ${outcome.name} can undo it. If you disagree, ask, or use \`/finkvra relabel ${outcome.objectId}\` after the round.`,
      );
    case 'closed':
      return text(
        `The round is closed, so this cannot be undone here: \`/finkvra relabel ${outcome.objectId}\` corrects the label for the next training.`,
      );
    case 'nothing':
      return text(`There is no answer of yours to ${outcome.objectId} that could be undone.`);
    case 'unknown':
      return text(FOREIGN_CARD);
    case 'undone':
    case 'repeated':
      return null;
  }
};

/** What to say about a disagreement; null where it was said before. */
export const noteOnDisagreement = (
  outcome: DisagreeOutcome,
  answer: AnswerValue,
  type: ModelType,
): Note | null => {
  switch (outcome.kind) {
    case 'repeated':
      return null;
    case 'noted':
      return text(
        `Noted: you say **${answerWords(type, answer)}** of ${outcome.objectId}, the label says **${answerWords(
          type,
          outcome.decided,
        )}**. The card and the round's report show it.`,
      );
    case 'own':
      return text(
        `${outcome.objectId} is labelled as you answered. To change that, press Undo on the card while the round is open; after that, \`/finkvra relabel ${outcome.objectId}\`.`,
      );
    case 'nothing-new':
      return text(`This is noted already for ${outcome.objectId}.`);
    case 'open':
      return text(`${outcome.objectId} is open again: answer on its card, and it counts.`);
    case 'withdrawn':
      return text(`${outcome.objectId} is not asked about any more, and nothing was kept.`);
    case 'unknown':
      return text(FOREIGN_CARD);
  }
};

/** What to say about a correction. */
export const noteOnRelabel = (outcome: RelabelOutcome, type: ModelType): Note => {
  const name = outcome.objectId;
  switch (outcome.kind) {
    case 'corrected':
      return text(
        `${name}: **${answerWords(type, outcome.before)}** is now **${answerWords(type, outcome.after)}**. The next training uses it.`,
      );
    case 'same':
      return text(`${name} was labelled so already; nothing has changed.`);
    case 'round-open':
      return text(`${name} is in round ${outcome.round}, which is open: answer on its card.`);
    case 'unlabelled':
      return text(`${name} has no label any more.`);
  }
};

/** Tells operators what stops the channel. */
export const noteOnTrouble = ({ advice, since }: Trouble): Note =>
  text(
    `**The loop cannot post to its channel** since ${minuteUtc(since)}. ${advice}. Nothing is lost: what is waiting is posted once that is put right.`,
  );

/** Asks operators whether a message is in the channel. */
export const noteOnDoubt = ({
  messageId,
  key,
  sentAt,
}: {
  readonly messageId: number;
  readonly key: string;
  readonly sentAt: string;
}): Note => ({
  kind: 'doubt',
  doubt: {
    messageId,
    text: `**Is this message in the channel?** I posted \`${key}\` at ${minuteUtc(sentAt)}, got no answer, and cannot read the channel’s history to see. Please look for it there.`,
  },
});

/** What became of an operator's word about a message in doubt. */
export const noteOnSettling = (settled: boolean, there: boolean): Note =>
  text(
    !settled
      ? 'This is settled already; nothing was done.'
      : there
        ? 'Thank you: it is not posted again.'
        : 'Thank you: it is posted again.',
  );

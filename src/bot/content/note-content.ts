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

/** Said while a click waits for the store. */
export const NOT_STORED_YET =
  'Not stored yet: the store is busy. Your click is waiting and will be stored; there is no need to click again.';

/** Said once the waiting click is stored. */
export const STORED_NOW = 'Stored now.';

/** Said if nothing was stored. */
export const NOT_KEPT = 'This was not stored: the store did not take it. Please try again in a moment.';

/** Said if the chat cannot tell who may do this, so that nobody is allowed. */
export const NOT_KNOWN_WHO =
  'Nothing was stored: your permission could not be checked just now. Please try again in a minute.';

/** Private answer to a button of another version of the bot. */
export const OLD_BUTTON =
  'This button is from another version of the bot, and nothing was done. `/finkvra status` says what is open.';

/** For a candidate that the store does not know: the message came from another store. */
export const FOREIGN_CARD =
  'This card is no longer in the store, so nothing was stored. `/finkvra status` says what is open.';

const text = (said: string): Note => ({ kind: 'text', text: said });

/** The note on an answer; null if the card shows it. */
export const noteOnAnswer = (outcome: AnswerOutcome, userId: string, type: ModelType): Note | null => {
  switch (outcome.kind) {
    case 'late': {
      const { kind: _kind, ...late } = outcome;
      return { kind: 'late', late: { ...late, modelType: type, mine: outcome.by.userId === userId } };
    }
    case 'withdrawn':
      return text(`${outcome.objectId} was withdrawn, so nothing was stored.`);
    case 'unknown':
      return text(FOREIGN_CARD);
    case 'remarked':
      return text(
        `Stored with your answer to ${outcome.objectId}: ${remarkWords(outcome.remark) || 'no comment'}.`,
      );
    case 'decided':
    case 'counted':
    case 'repeated':
      return null;
  }
};

/** What a person may see of an undecided candidate after answering it. */
export interface HintsSeen {
  readonly objectId: string;
  /** The model's probability and the features that moved it most. */
  readonly probability: string | null;
  readonly pushed: string | null;
  readonly others: readonly { readonly name: string; readonly answer: AnswerValue }[];
}

/**
 * Shows a person who has answered the model's probability and the others' answers; null if nothing is to be
 * shown.
 */
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

/** The note on an undo that did not happen; null if none is needed. */
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
      return text(`You have no answer to ${outcome.objectId} that could be undone.`);
    case 'unknown':
      return text(FOREIGN_CARD);
    case 'undone':
    case 'repeated':
      return null;
  }
};

/** The note on a disagreement; null if it was noted before. */
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
      return text(`Your disagreement on ${outcome.objectId} is noted already.`);
    case 'open':
      return text(`${outcome.objectId} is open again: answer on its card, and it counts.`);
    case 'withdrawn':
      return text(`${outcome.objectId} was withdrawn, so nothing was stored.`);
    case 'unknown':
      return text(FOREIGN_CARD);
  }
};

/** The note on a correction. */
export const noteOnRelabel = (outcome: RelabelOutcome, type: ModelType): Note => {
  const name = outcome.objectId;
  switch (outcome.kind) {
    case 'corrected':
      return text(
        `${name}: **${answerWords(type, outcome.before)}** is now **${answerWords(type, outcome.after)}**. The next training uses it.`,
      );
    case 'same':
      return text(`${name} has this label already; nothing changed.`);
    case 'round-open':
      return text(`${name} is in round ${outcome.round}, which is open: answer on its card.`);
    case 'unlabelled':
      return text(`${name} no longer has a label.`);
  }
};

/** Tells operators why the channel gets no messages. */
export const noteOnTrouble = ({ advice, since }: Trouble): Note =>
  text(
    `**The loop cannot post to its channel** since ${minuteUtc(since)}. ${advice}. Nothing is lost: waiting messages are posted once this is fixed.`,
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
    text: `**Is this message in the channel?** I posted \`${key}\` at ${minuteUtc(sentAt)}, got no answer, and cannot read the channel’s history. Please look for it there.`,
  },
});

/** The note on an operator's answer about an unconfirmed message. */
export const noteOnSettling = (settled: boolean, there: boolean): Note =>
  text(
    !settled
      ? 'Somebody answered this already; nothing was done.'
      : there
        ? 'Thank you: it is not posted again.'
        : 'Thank you: it is posted again.',
  );

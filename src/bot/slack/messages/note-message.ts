import type { Button } from '@slack/types';
import { TIE } from '../../../loop/answers/read-answers.ts';
import type { Access } from '../../access.ts';
import { answerWords } from '../../content/answer-words.ts';
import { minuteUtc } from '../../content/format.ts';
import type { Doubt, LateAnswer, Note } from '../../content/said.ts';
import type { MessageBlock } from './blocks.ts';
import { section } from './blocks.ts';
import { menuValue } from './card-message.ts';
import { escapeMrkdwn, mentions, noteMrkdwn } from './mrkdwn.ts';

export const DISAGREE_ACTION = 'disagree';
/** An operator's answer about an unconfirmed message. */
export const MESSAGE_THERE_ACTION = 'message_there';
export const MESSAGE_ABSENT_ACTION = 'message_absent';

/** A private note as Slack takes it. */
export interface SlackNote {
  readonly text: string;
  readonly blocks?: MessageBlock[];
}

const refusalText = (what: 'label' | 'operate', access: Pick<Access, 'labellers' | 'operators'>): string => {
  const may = what === 'label' ? access.labellers : access.operators;
  if (may === 'everyone') return 'Only members of this channel may do this: join it, and try again.';
  return what === 'label'
    ? `Labels are given by ${mentions(may)} here. Ask ${mentions(access.operators)} to be added (the setting LABELLERS).`
    : `Only ${mentions(may)} may do this. Ask one of them, or ask to be added (the setting OPERATORS).`;
};

/** To a person whose answer came after the decision. */
const lateAnswerNote = (late: LateAnswer): SlackNote => {
  const { modelType: type, by, objectId, given, candidateId, differs, mine } = late;
  const decided =
    by.userId === TIE
      ? `${escapeMrkdwn(objectId)} was decided first: *no class: tie*, ${minuteUtc(by.at)}.`
      : `${mine ? 'You' : escapeMrkdwn(by.name)} answered ${escapeMrkdwn(objectId)} first: *${escapeMrkdwn(
          answerWords(type, by.answer),
        )}*, ${minuteUtc(by.at)}.`;
  const rest = !differs
    ? ' Your answer is kept as a second opinion; it agrees.'
    : mine
      ? ` To change it, press Undo on the card while the round is open; after that, \`/finkvra relabel ${escapeMrkdwn(objectId)}\`.`
      : ' Your answer is kept beside it; the label stays as it is.';
  const text = decided + rest;
  const blocks: MessageBlock[] = [section(text)];
  if (differs && !mine && given !== 'skip') {
    blocks.push({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: DISAGREE_ACTION,
          text: { type: 'plain_text', text: `I disagree: ${answerWords(type, given)}` },
          value: menuValue(given, candidateId),
        },
      ],
    });
  }
  return { text, blocks };
};

/** Asks an operator whether a message is there. */
const doubtNote = ({ messageId, text }: Doubt): SlackNote => {
  const button = (action_id: string, label: string): Button => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text: label },
    value: String(messageId),
  });
  const elements = [
    button(MESSAGE_THERE_ACTION, 'It is there'),
    button(MESSAGE_ABSENT_ACTION, 'It is not: post it again'),
  ];
  return { text: noteMrkdwn(text), blocks: [section(noteMrkdwn(text)), { type: 'actions', elements }] };
};

/** A private note. */
export const noteMessage = (note: Note, access: Pick<Access, 'labellers' | 'operators'>): SlackNote => {
  switch (note.kind) {
    case 'text':
      return { text: noteMrkdwn(note.text) };
    case 'refused':
      return { text: refusalText(note.what, access) };
    case 'late':
      return lateAnswerNote(note.late);
    case 'doubt':
      return doubtNote(note.doubt);
  }
};

/** Prefix of a button's block_id in a message of several notes. */
const GATHERED = 'gathered:';
/** A message takes 50 blocks and about 13,000 characters; a note is two blocks and 300 characters. */
const MOST_NOTES = 20;

/** Whether a button is in a message of several notes, which must not be replaced for one of them. */
export const isGathered = (blockId: string): boolean => blockId.startsWith(GATHERED);

/** Several notes to one person, in as few messages as possible. */
export const gatheredNotes = (
  notes: readonly Note[],
  access: Pick<Access, 'labellers' | 'operators'>,
): SlackNote[] => {
  const [first, ...others] = notes;
  if (first === undefined) return [];
  if (others.length === 0) return [noteMessage(first, access)];
  const said: SlackNote[] = [];
  for (let from = 0; from < notes.length; from += MOST_NOTES) {
    const part = notes.slice(from, from + MOST_NOTES).map((note) => noteMessage(note, access));
    const blocks = part.flatMap(({ text, blocks: own }) => own ?? [section(text)]);
    said.push({
      text: part.map(({ text }) => text).join('\n'),
      blocks: blocks.map((block, index) =>
        block.type === 'actions' ? { ...block, block_id: `${GATHERED}${index}` } : block,
      ),
    });
  }
  return said;
};

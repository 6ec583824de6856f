import { TIE } from '../../../loop/answers/read-answers.ts';
import type { Access } from '../../access.ts';
import { answerWords } from '../../content/answer-words.ts';
import { minuteUtc } from '../../content/format.ts';
import type { Doubt, LateAnswer, Note } from '../../content/said.ts';
import { customId } from './custom-ids.ts';
import { escapeMarkdown, mentions, noteMarkdown } from './markdown.ts';
import { button, type DiscordMessage, message, row } from './message.ts';

/** Who may do what, and which of the ids are roles. */
export interface Rights extends Pick<Access, 'labellers' | 'operators'> {
  readonly roles: ReadonlySet<string>;
}

const refusalText = (what: 'label' | 'operate', { labellers, operators, roles }: Rights): string => {
  const may = what === 'label' ? labellers : operators;
  if (may === 'everyone') return 'Only those who see the channel may do this.';
  return what === 'label'
    ? `Labels are given by ${mentions(may, roles)} here. Ask ${mentions(operators, roles)} to be added (the setting LABELLERS).`
    : `Only ${mentions(may, roles)} may do this. Ask one of them, or ask to be added (the setting OPERATORS).`;
};

/** To a person whose answer came after the decision. */
const lateAnswerNote = (late: LateAnswer): DiscordMessage => {
  const { modelType: type, by, objectId, given, candidateId, differs, mine } = late;
  const decided =
    by.userId === TIE
      ? `${escapeMarkdown(objectId)} was decided first: **no class: tie**, ${minuteUtc(by.at)}.`
      : `${mine ? 'You' : escapeMarkdown(by.name)} answered ${escapeMarkdown(objectId)} first: **${escapeMarkdown(
          answerWords(type, by.answer),
        )}**, ${minuteUtc(by.at)}.`;
  const rest = !differs
    ? ' Your answer is kept as a second opinion; it agrees.'
    : mine
      ? ` To change it, press Undo on the card while the round is open; after that, \`/finkvra relabel ${objectId}\`.`
      : ' Your answer is kept beside it; the label stays as it is.';
  return message({
    content: decided + rest,
    components:
      differs && !mine && given !== 'skip'
        ? [
            row(
              button(
                customId('stand', [given, candidateId], null),
                `I disagree: ${answerWords(type, given)}`,
              ),
            ),
          ]
        : [],
  });
};

/** Asks an operator whether a message is there. */
const doubtNote = ({ messageId, text }: Doubt): DiscordMessage =>
  message({
    content: noteMarkdown(text),
    components: [
      row(
        button(customId('there', [messageId], null), 'It is there'),
        button(customId('absent', [messageId], null), 'It is not: post it again'),
      ),
    ],
  });

/** A private note. */
export const noteMessage = (note: Note, rights: Rights): DiscordMessage => {
  switch (note.kind) {
    case 'text':
      return message({ content: noteMarkdown(note.text) });
    case 'refused':
      return message({ content: refusalText(note.what, rights) });
    case 'late':
      return lateAnswerNote(note.late);
    case 'doubt':
      return doubtNote(note.doubt);
  }
};

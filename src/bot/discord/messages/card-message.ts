import { classOf } from '../../../pipeline/learning/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';
import { buttonAnswers, menuAnswers, questionWords } from '../../content/answer-words.ts';
import type { CardContent, CardDecision } from '../../content/card-content.ts';
import { unbrokenNumbers } from '../../content/format.ts';
import { customId, readCustomId } from './custom-ids.ts';
import { escapeMarkdown, markdownLink, small } from './markdown.ts';
import {
  button,
  type DiscordMessage,
  embed,
  message,
  type Row,
  row,
  type ShownPicture,
  select,
  wordButton,
} from './message.ts';

/** One symbol for each class, and one for none. */
const decisionMark = ({ modelType }: CardContent, { answer }: CardDecision): string => {
  const y = classOf(modelType, answer);
  return y === null ? '⚪' : y === 1 ? '🔵' : '🟠';
};

const plain = (text: string): string => escapeMarkdown(unbrokenNumbers(text));

/** The probability, if it may be shown, and why the object is asked. */
export const modelLine = ({ probability, why }: CardContent): string =>
  probability === null ? escapeMarkdown(why) : `**${plain(probability)}** · ${escapeMarkdown(why)}`;

export const linksLine = ({ links, simulated }: CardContent): string =>
  simulated ? '*simulated: no pages*' : links.map(({ name, url }) => markdownLink(url, name)).join(' · ');

export const factLines = ({ facts, pushed }: CardContent): string[] => [
  ...facts.map(({ name, text }) => `**${name}**  ${plain(text)}`),
  ...(pushed === null ? [] : [`**Model**  points by feature: ${plain(pushed)}`]),
];

const verdict = (card: CardContent, decision: CardDecision): string[] => [
  `${decisionMark(card, decision)} **${plain(decision.words)}**`,
  ...(decision.notes.length === 0 ? [] : [small(decision.notes.map(escapeMarkdown))]),
];

const undoButton = (candidateId: number, label: string, key: string) =>
  button(customId('undo', [candidateId], key), label);

/** Answers of an open card: buttons, a menu of finer ones, and Undo. */
const answerRows = (card: CardContent, key: string): Row[] => {
  const { modelType, candidateId, waiting } = card;
  return [
    row(
      ...buttonAnswers(modelType).map(({ answer, name }) =>
        button(customId('answer', [answer, candidateId], key), name),
      ),
    ),
    row(
      select(
        customId('finer', [candidateId], key),
        'A finer answer …',
        menuAnswers(modelType).map(({ answer, name, meaning }) => ({
          label: name,
          value: answer,
          description: `counts as: ${meaning}`,
        })),
      ),
    ),
    row(
      button(customId('remark', [candidateId], key), 'Comment, not sure …'),
      wordButton('guidelines', 'How to label', key),
      ...(waiting === null ? [] : [undoButton(candidateId, 'Undo mine', key)]),
    ),
  ];
};

/** The menu for those who disagree, and Undo. */
const decidedRows = ({ modelType, candidateId }: CardContent, decision: CardDecision, key: string): Row[] => [
  row(undoButton(candidateId, 'Undo', key)),
  row(
    select(
      customId('disagree', [candidateId], key),
      'Disagree? Say what it is instead',
      [...buttonAnswers(modelType), ...menuAnswers(modelType)]
        .filter(({ answer }) => answer !== 'skip' && answer !== decision.answer)
        .map(({ answer, name }) => ({ label: name, value: answer })),
    ),
  ),
];

/** A card after its round, or after it was withdrawn. */
const shrunkCard = (
  card: CardContent,
  lines: readonly string[],
  picture: ShownPicture | null,
): DiscordMessage =>
  message({
    embeds: [
      embed({
        title: card.objectId,
        url: card.page,
        text: lines.join('\n'),
        footer: card.place,
        picture,
        thumbnail: true,
      }),
    ],
    pictures: [picture],
  });

/**
 * A candidate to label, or its decision.
 * @param pictureId the card's picture; null for a card without one
 */
export const cardMessage = (card: CardContent, pictureId: string | null, key: string): DiscordMessage => {
  const { decision } = card;
  const picture =
    pictureId === null
      ? null
      : { id: pictureId, alt: `Stamps and light curve of ${card.objectId}: science, template, difference` };
  if (decision !== null && !decision.undoable)
    return shrunkCard(card, [linksLine(card), ...verdict(card, decision), modelLine(card)], picture);
  if (card.withdrawn !== null)
    return shrunkCard(card, [linksLine(card), `${escapeMarkdown(card.withdrawn)}.`], null);
  const lines = [
    ...(decision === null ? [] : verdict(card, decision)),
    linksLine(card),
    modelLine(card),
    ...factLines(card),
    ...(card.waiting === null ? [] : [small([escapeMarkdown(card.waiting)])]),
  ];
  return message({
    embeds: [
      embed({
        title: `${card.objectId}: ${decision === null ? questionWords(card.modelType) : 'labelled'}`,
        url: card.page,
        text: lines.join('\n'),
        footer: `${card.position} · ${card.place}`,
        picture,
      }),
    ],
    components: decision === null ? answerRows(card, key) : decidedRows(card, decision, key),
    pictures: [picture],
  });
};

/**
 * The custom_id of the button with the right answer on an open card; null for other messages.
 * @param answer the object's true answer; null if unknown
 */
export const answerIdOn = (
  { embeds, components }: { readonly embeds: readonly object[]; readonly components: readonly object[] },
  answer: (object: string) => AnswerValue | null,
): string | null => {
  const [card] = embeds;
  const title = card !== undefined && 'title' in card && typeof card.title === 'string' ? card.title : '';
  const right = answer(title.split(':')[0] ?? '');
  const ids = [...JSON.stringify(components).matchAll(/"custom_id":"(answer [^"]+)"/g)].map(
    ([, id = '']) => id,
  );
  return right === null ? null : (ids.find((id) => readCustomId(id).args[0] === right) ?? null);
};

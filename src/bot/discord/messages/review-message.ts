import { progressBar, unbrokenNumbers } from '../../content/format.ts';
import type {
  ReviewCandidate,
  ReviewContent,
  ReviewEnd,
  ReviewPlace,
} from '../../content/review/review-content.ts';
import { LIMITS } from '../limits.ts';
import { factLines, linksLine, modelLine } from './card-message.ts';
import { customId } from './custom-ids.ts';
import { escapeMarkdown, markdownLink, small } from './markdown.ts';
import { button, type DiscordMessage, embed, message, type Row, row, wordButton } from './message.ts';

/** The position in a review, in each of its buttons: `4 mavq3k1c 17`; `-` for none. */
const placeArgs = ({ round, since, after }: ReviewPlace): string[] => [
  round === null ? '-' : String(round),
  Date.parse(since).toString(36),
  after === null ? '-' : String(after),
];

const numberOrNull = (text: string | undefined): number | null =>
  text === undefined || text === '-' ? null : Number(text);

/** The position in a button's arguments; null at the start. */
export const readPlace = ([round, since, after]: readonly string[]): ReviewPlace | null =>
  since === undefined
    ? null
    : {
        round: numberOrNull(round),
        since: new Date(Number.parseInt(since, 36)).toISOString(),
        after: numberOrNull(after),
      };

const step = (action: string, args: readonly (string | number)[], label: string, place: ReviewPlace) =>
  button(customId(action, [...args, ...placeArgs(place)], null), label);

/** Starts a review, or continues with the open round. */
export const reviewButton = (label: string, key: string | null) => button(customId('review', [], key), label);

const rowsOf = ({ answers, card, more, said, place }: ReviewCandidate): Row[] => {
  const buttons = answers.map(({ answer, name }) =>
    step('review-answer', [answer, card.candidateId], name, place),
  );
  const rows: Row[] = [];
  for (let from = 0; from < buttons.length; from += LIMITS.buttonsInRow)
    rows.push(row(...buttons.slice(from, from + LIMITS.buttonsInRow)));
  return [
    ...rows,
    row(
      step('review-remark', [card.candidateId], 'Comment, not sure …', place),
      ...(more ? [step('review-later', [card.candidateId], 'Later', place)] : []),
      ...(said?.undo == null ? [] : [step('review-undo', [said.undo], 'Undo the last', place)]),
      wordButton('guidelines', 'How to label', null),
    ),
  ];
};

const saidLines = ({ said }: ReviewContent): string[] =>
  said === null ? [] : [`-# ${escapeMarkdown(unbrokenNumbers(said.text))}`];

const candidateMessage = (review: ReviewCandidate): DiscordMessage => {
  const { card, picture: pictureId, link, done, total, progress } = review;
  const picture =
    pictureId === null
      ? null
      : { id: pictureId, alt: `Stamps and light curve of ${card.objectId}: science, template, difference` };
  const lines = [
    ...saidLines(review),
    `${progressBar(done, total)}  ${progress}`,
    linksLine(card),
    modelLine(card),
    ...factLines(card),
    ...(card.waiting === null ? [] : [small([escapeMarkdown(card.waiting)])]),
    ...(link === null
      ? []
      : [markdownLink(link, picture === null ? 'Its picture is on its card' : 'Its card')]),
  ];
  return message({
    embeds: [
      embed({
        title: card.objectId,
        url: card.page,
        text: lines.join('\n'),
        footer: `${card.position} · ${card.place}`,
        picture,
      }),
    ],
    components: rowsOf(review),
    pictures: [picture],
  });
};

const endMessage = (review: ReviewEnd): DiscordMessage => {
  const { lines, goOn, said, place } = review;
  const buttons = [
    ...(said?.undo == null ? [] : [step('review-undo', [said.undo], 'Undo the last', place)]),
    ...(goOn === null ? [] : [reviewButton('Continue with it', null)]),
  ];
  return message({
    embeds: [
      embed({
        text: [
          ...saidLines(review),
          ...lines.map(escapeMarkdown),
          ...(goOn === null ? [] : [`Round ${goOn.round} is open: **${goOn.waiting} waiting for you**.`]),
        ].join('\n'),
      }),
    ],
    components: buttons.length === 0 ? [] : [row(...buttons)],
  });
};

/** One step of a review: a candidate with all answers, or the end. Each step changes the same message. */
export const reviewMessage = (review: ReviewContent): DiscordMessage =>
  review.kind === 'candidate' ? candidateMessage(review) : endMessage(review);

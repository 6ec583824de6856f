import type { ActionsBlock, Button, KnownBlock, Overflow, PlainTextOption, SectionBlock } from '@slack/types';
import { ANSWERS, classOf, isAnswer } from '../../../pipeline/learning/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';
import { type AnswerChoice, buttonAnswers, menuAnswers, questionWords } from '../../content/answer-words.ts';
import type { CardContent, CardDecision } from '../../content/card-content.ts';
import { unbroken, unbrokenNumbers } from '../../content/format.ts';
import { context, expanded, fallback, imageFile, type SlackMessage, section } from './blocks.ts';
import { GUIDELINES_ACTION } from './modals/guidelines-modal.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** The menu of finer answers, and the Undo button. */
export const FINER_ACTION = 'finer_answer';
export const UNDO_ACTION = 'undo_answer';
/** A decided card's menu for disagreement. */
export const DISAGREE_MENU = 'disagree_menu';

/** Action ids of a card's buttons: `answer_galactic` and so on. */
export const answerActionId = (answer: AnswerValue): string => `answer_${answer}`;

/** The answer of an action id of any model type; null for other ids. */
export const answerOfAction = (actionId: string): AnswerValue | null =>
  ANSWERS.find((answer) => answerActionId(answer) === actionId) ?? null;

/** One symbol for each class, and one for none. */
const decisionMark = ({ modelType }: CardContent, { answer }: CardDecision): string => {
  const y = classOf(modelType, answer);
  return y === null ? ':white_circle:' : y === 1 ? ':large_blue_circle:' : ':large_orange_circle:';
};

const button = ({ answer, name }: AnswerChoice, candidateId: number): Button => ({
  type: 'button',
  action_id: answerActionId(answer),
  // No colours: a green button would suggest an answer.
  text: { type: 'plain_text', text: name },
  value: String(candidateId),
});

/** Values are `<answer>:<candidate>`, since a menu has no value of its own. */
export const menuValue = (answer: AnswerValue, candidateId: number): string => `${answer}:${candidateId}`;

/** The answer and candidate in a value of `menuValue`; null for other values. */
export const readMenuValue = (
  value: string | undefined,
): { readonly answer: AnswerValue; readonly candidateId: number } | null => {
  const [answer = '', id = ''] = (value ?? '').split(':');
  return isAnswer(answer) && /^\d+$/.test(id) ? { answer, candidateId: Number(id) } : null;
};

/** The menu entry that opens the form with a comment. */
const remarkOption = (candidateId: number): PlainTextOption => ({
  text: { type: 'plain_text', text: 'Comment, not sure …' },
  value: `${REMARK}:${candidateId}`,
});
const REMARK = 'remark';

/** The candidate of that entry; null for any other. */
export const remarkOfMenu = (value: string): number | null => {
  const id = /^remark:(\d+)$/.exec(value)?.[1];
  return id === undefined ? null : Number(id);
};

/** An overflow menu: it fits beside the buttons even on a phone, where a select takes its own line. */
const finerMenu = ({ modelType, candidateId }: CardContent): Overflow => ({
  type: 'overflow',
  action_id: FINER_ACTION,
  options: [
    ...menuAnswers(modelType).map(
      ({ answer, name, meaning }): PlainTextOption => ({
        text: { type: 'plain_text', text: `${name}: ${meaning}` },
        value: menuValue(answer, candidateId),
      }),
    ),
    remarkOption(candidateId),
  ],
});

/** Opens the labelling guidelines. */
const guidelinesButton = (candidateId: number): Button => ({
  type: 'button',
  action_id: GUIDELINES_ACTION,
  text: { type: 'plain_text', text: '?' },
  accessibility_label: 'How to label',
  value: String(candidateId),
});

const undoButton = (candidateId: number, text: string): Button => ({
  type: 'button',
  action_id: UNDO_ACTION,
  text: { type: 'plain_text', text },
  value: String(candidateId),
});

/** The object's name and its web pages. */
export const cardTitle = (card: CardContent): string => {
  const name = card.page === null ? escapeMrkdwn(card.objectId) : mrkdwnLink(card.page, card.objectId);
  const links = card.links.map(({ name: text, url }) => mrkdwnLink(url, text)).join(' · ');
  return `*${name}*  ${card.simulated ? '_simulated: no pages_' : links}`;
};

/** The probability, if it may be shown, and why the object is asked. */
export const modelLine = ({ probability, why }: CardContent): string =>
  probability === null ? escapeMrkdwn(why) : `*${escapeMrkdwn(probability)}* · ${escapeMrkdwn(why)}`;

/** Facts for labelling, and the features that moved the probability; a line each. */
export const factLines = ({ facts, pushed }: CardContent): string[] => [
  ...facts.map(({ name, text }) => `*${name}*  ${escapeMrkdwn(unbrokenNumbers(text))}`),
  ...(pushed === null ? [] : [`*Model*  points by feature: ${escapeMrkdwn(unbrokenNumbers(pushed))}`]),
];

const answerRow = (card: CardContent): ActionsBlock => ({
  type: 'actions',
  block_id: `card_${card.candidateId}`,
  elements: [
    ...buttonAnswers(card.modelType).map((choice) => button(choice, card.candidateId)),
    finerMenu(card),
    guidelinesButton(card.candidateId),
    ...(card.waiting === null ? [] : [undoButton(card.candidateId, 'Undo mine')]),
  ],
});

/** A card after its round: the label, with the picture as a thumbnail. */
const closedBlocks = (card: CardContent, decision: CardDecision, fileId: string | null): KnownBlock[] => {
  const verdict = section(
    `${cardTitle(card)}\n${decisionMark(card, decision)} *${escapeMrkdwn(unbrokenNumbers(decision.words))}*\n${modelLine(card)}`,
  );
  return [
    fileId === null
      ? verdict
      : { ...verdict, accessory: { ...imageFile(fileId, `Stamps and light curve of ${card.objectId}`) } },
    ...(decision.notes.length === 0 ? [] : [context(decision.notes.map(escapeMrkdwn).join('\n'))]),
  ];
};

/** Slack's limit for an overflow menu. */
const MENU_OPTIONS = 5;

/** The other answers, for those who disagree; answers with buttons come first. */
const disagreeSection = ({ modelType, candidateId }: CardContent, decision: CardDecision): SectionBlock => ({
  ...section('Disagree? Say what it is instead'),
  accessory: {
    type: 'overflow',
    action_id: DISAGREE_MENU,
    options: [...buttonAnswers(modelType), ...menuAnswers(modelType)]
      .filter(({ answer }) => answer !== 'skip' && answer !== decision.answer)
      .slice(0, MENU_OPTIONS)
      .map(({ answer, name }) => ({
        text: { type: 'plain_text', text: name },
        value: menuValue(answer, candidateId),
      })),
  },
});

const decisionBlocks = (card: CardContent, decision: CardDecision): KnownBlock[] => {
  const verdict: SectionBlock = section(
    `${decisionMark(card, decision)} *${escapeMrkdwn(unbrokenNumbers(decision.words))}*`,
  );
  return [
    decision.undoable ? { ...verdict, accessory: undoButton(card.candidateId, 'Undo') } : verdict,
    ...(decision.notes.length === 0 ? [] : [context(decision.notes.map(escapeMrkdwn).join('\n'))]),
    ...(decision.undoable ? [disagreeSection(card, decision)] : []),
  ];
};

/**
 * A candidate to label, or its decision.
 * @param fileId the uploaded picture; null for a card without one
 */
export const cardMessage = (card: CardContent, fileId: string | null = null): SlackMessage => {
  if (card.decision !== null && !card.decision.undoable) {
    return {
      text: fallback(`${card.place}: ${card.objectId}, ${card.decision.words}`),
      blocks: closedBlocks(card, card.decision, fileId),
    };
  }
  if (card.withdrawn !== null) {
    return {
      text: fallback(`${card.place}: ${card.objectId}. ${card.withdrawn}`),
      blocks: [section(`${cardTitle(card)}\n${escapeMrkdwn(card.withdrawn)}.`)],
    };
  }
  const blocks: KnownBlock[] = [
    expanded([`${cardTitle(card)}\n${modelLine(card)}`, ...factLines(card)].join('\n')),
    ...(fileId === null
      ? []
      : [imageFile(fileId, `Stamps and light curve of ${card.objectId}: science, template, difference`)]),
    context(escapeMrkdwn(`${card.position} · ${unbroken(card.place)}`)),
  ];
  if (card.waiting !== null) blocks.push(context(escapeMrkdwn(card.waiting)));
  if (card.decision === null) blocks.push(answerRow(card));
  else blocks.push(...decisionBlocks(card, card.decision));
  const state = card.decision === null ? questionWords(card.modelType) : card.decision.words;
  return { text: fallback(`${card.place}: ${card.objectId}, ${state}`), blocks };
};

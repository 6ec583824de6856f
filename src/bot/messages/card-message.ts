import type { Button, KnownBlock } from '@slack/types';
import type { AnswerValue } from '../../store/schema.ts';
import type { CardContent } from '../content/card.ts';
import { context, section } from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './escape-mrkdwn.ts';
import { clip, LIMITS } from './limits.ts';
import type { SlackMessage } from './message.ts';

/** `answer_galactic` and so on: the actions that a card's buttons send. */
export const answerActionId = (answer: AnswerValue): string => `answer_${answer}`;

/** The answer behind an action id, or null if it is not one of a card's buttons. */
export const answerOfAction = (actionId: string): AnswerValue | null => {
  const answer = ANSWERS.find((one) => answerActionId(one) === actionId);
  return answer ?? null;
};

const ANSWERS: readonly AnswerValue[] = ['galactic', 'not_galactic', 'skip'];
const BUTTON_WORDS: Readonly<Record<AnswerValue, string>> = {
  galactic: 'Galactic',
  not_galactic: 'Not galactic',
  skip: 'Skip',
};
const DECISION_MARKS: Readonly<Record<AnswerValue, string>> = {
  galactic: ':large_blue_circle:',
  not_galactic: ':large_orange_circle:',
  skip: ':white_circle:',
};

const button = (answer: AnswerValue, candidateId: number): Button => ({
  type: 'button',
  action_id: answerActionId(answer),
  // No colours: a green button would suggest an answer.
  text: { type: 'plain_text', text: BUTTON_WORDS[answer] },
  value: String(candidateId),
});

const title = (card: CardContent): string => {
  const name = card.page === null ? escapeMrkdwn(card.objectId) : mrkdwnLink(card.page, card.objectId);
  const links = card.links.map(({ name: text, url }) => mrkdwnLink(url, text)).join(' · ');
  return `*${name}*  ${card.simulated ? '_simulated object, so no pages elsewhere_' : links}`;
};

/** One candidate to label, or, once decided, what it was decided to be. */
export const cardMessage = (card: CardContent): SlackMessage => {
  const blocks: KnownBlock[] = [
    section(`${title(card)}\n*${escapeMrkdwn(card.probability)}* · ${escapeMrkdwn(card.why)}`),
    context(card.lines.map(escapeMrkdwn).join('\n')),
  ];
  if (card.decision === null) {
    blocks.push({
      type: 'actions',
      block_id: `card_${card.candidateId}`,
      elements: ANSWERS.map((answer) => button(answer, card.candidateId)),
    });
  } else {
    blocks.push(section(`${DECISION_MARKS[card.decision.answer]} *${escapeMrkdwn(card.decision.words)}*`));
  }
  const state = card.decision === null ? 'galactic or not?' : card.decision.words;
  return { text: clip(`${card.place}: ${card.objectId}, ${state}`, LIMITS.fallbackText), blocks };
};

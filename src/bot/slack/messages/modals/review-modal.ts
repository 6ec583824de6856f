import type { ActionsBlock, Button, ModalView } from '@slack/types';
import { z } from 'zod';
import { unbroken, unbrokenNumbers } from '../../../content/format.ts';
import type { ReviewCandidate, ReviewContent, ReviewEnd } from '../../../content/review/review-content.ts';
import { context, expanded, imageFile, section } from '../blocks.ts';
import { answerActionId, cardTitle, factLines, modelLine, UNDO_ACTION } from '../card-message.ts';
import { REVIEW_BEGIN } from '../header-message.ts';
import { escapeMrkdwn, mrkdwnLink } from '../mrkdwn.ts';
import { GUIDELINES_ACTION } from './guidelines-modal.ts';

/** Action ids of a review's buttons, beside those of answers and undo. */
export const REVIEW_LATER = 'review_later';
export const REVIEW_REMARK = 'review_remark';

const placeSchema = z.object({
  round: z.number().nullable(),
  since: z.string(),
  after: z.number().nullable(),
});

/** A person's position, from the modal's private metadata. */
export const placeOfReview = (metadata: string): z.infer<typeof placeSchema> =>
  placeSchema.parse(JSON.parse(metadata));

const button = (action_id: string, text: string, value: string): Button => ({
  type: 'button',
  action_id,
  text: { type: 'plain_text', text },
  value,
});

/** The result of the last answer, with an Undo button. */
const saidBlocks = ({ said }: ReviewContent): ModalView['blocks'] => {
  if (said === null) return [];
  const text = escapeMrkdwn(unbrokenNumbers(said.text));
  if (said.undo === null) return [context(text)];
  return [{ ...section(text), accessory: button(UNDO_ACTION, 'Undo', String(said.undo)) }];
};

const answerRow = ({ answers, card }: ReviewCandidate): ActionsBlock => ({
  type: 'actions',
  block_id: `review_${card.candidateId}`,
  elements: answers.map(({ answer, name }) => button(answerActionId(answer), name, String(card.candidateId))),
});

/** Other actions on a candidate. */
const otherRow = ({ card, more }: ReviewCandidate): ActionsBlock => {
  const value = String(card.candidateId);
  return {
    type: 'actions',
    block_id: `review_more_${value}`,
    elements: [
      button(REVIEW_REMARK, 'Comment, not sure …', value),
      ...(more ? [button(REVIEW_LATER, 'Later', value)] : []),
      button(GUIDELINES_ACTION, 'How to label', value),
    ],
  };
};

/** The picture, or a link to it. */
const pictureBlock = ({ card, picture, link }: ReviewCandidate): ModalView['blocks'][number] => {
  if (picture !== null)
    return imageFile(picture, `Stamps and light curve of ${card.objectId}: science, template, difference`);
  return context(
    link === null
      ? 'Its picture is not in the channel yet.'
      : `Its picture: ${mrkdwnLink(link, 'on its card')}`,
  );
};

/** The picture and the answers come first, always in the same place; then the last result, and facts. */
const candidateBlocks = (review: ReviewCandidate): ModalView['blocks'] => {
  const { card, picture, link } = review;
  return [
    section(`${cardTitle(card)}\n${modelLine(card)}`),
    pictureBlock(review),
    answerRow(review),
    ...saidBlocks(review),
    expanded(factLines(card).join('\n')),
    otherRow(review),
    context(
      [
        escapeMrkdwn(card.position),
        escapeMrkdwn(unbroken(card.place)),
        ...(picture === null || link === null ? [] : [mrkdwnLink(link, 'Its card')]),
      ].join(' · '),
    ),
    ...(card.waiting === null ? [] : [context(escapeMrkdwn(card.waiting))]),
  ];
};

const endBlocks = (review: ReviewEnd): ModalView['blocks'] => {
  const { lines, goOn } = review;
  return [
    ...saidBlocks(review),
    section(lines.map(escapeMrkdwn).join('\n')),
    ...(goOn === null
      ? []
      : [
          section(`Round ${goOn.round} is open: *${goOn.waiting} waiting for you*.`),
          {
            type: 'actions' as const,
            block_id: 'review_go_on',
            elements: [button(REVIEW_BEGIN, 'Continue with it', String(goOn.round))],
          },
        ]),
  ];
};

/** One step of a review: a candidate with all answers, or the end. */
export const reviewModal = (review: ReviewContent): ModalView => ({
  type: 'modal',
  callback_id: 'review',
  private_metadata: JSON.stringify(review.place),
  title: {
    type: 'plain_text',
    text: review.kind === 'candidate' ? `Label: ${review.progress}` : 'Label',
  },
  close: { type: 'plain_text', text: review.kind === 'candidate' ? 'Stop here' : 'Close' },
  blocks: review.kind === 'candidate' ? candidateBlocks(review) : endBlocks(review),
});

/** The same step without the picture that Slack refuses. */
export const withoutPicture = (review: ReviewContent): ReviewContent | null =>
  review.kind === 'candidate' && review.picture !== null ? { ...review, picture: null } : null;

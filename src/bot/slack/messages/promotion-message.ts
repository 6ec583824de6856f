import type { KnownBlock } from '@slack/types';
import type { PromotionContent } from '../../content/report/promotion-content.ts';
import type { SlackMessage } from './blocks.ts';
import { fallback, section } from './blocks.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

export const PROMOTE_ACTION = 'promote_model';

/** Asks the channel whether a worse model should become the champion. */
export const promotionMessage = (content: PromotionContent): SlackMessage => {
  const blocks: KnownBlock[] = [
    section(`*${escapeMrkdwn(content.title)}*\n${escapeMrkdwn(content.decision ?? content.text)}`),
  ];
  if (content.decision === null) {
    blocks.push({
      type: 'actions',
      block_id: `promotion_${content.roundNumber}`,
      elements: [
        {
          type: 'button',
          action_id: PROMOTE_ACTION,
          text: { type: 'plain_text', text: 'Promote it anyway' },
          value: String(content.roundNumber),
        },
      ],
    });
  }
  return { text: fallback(`${content.title} ${content.decision ?? content.text}`), blocks };
};

import type { Said } from '../../content/said.ts';
import type { SlackMessage } from './blocks.ts';
import { cardMessage } from './card-message.ts';
import { digestDetailsMessage, digestMessage } from './digest-message.ts';
import { headerMessage, reminderMessage } from './header-message.ts';
import { promotionMessage } from './promotion-message.ts';
import { reportDetailsMessage, reportMessage } from './report-message.ts';

/** A channel message as Slack takes it. */
export const saidMessage = (said: Said): SlackMessage => {
  switch (said.kind) {
    case 'header':
      return headerMessage(said.header);
    case 'card':
      return cardMessage(said.card, said.picture);
    case 'report':
      return reportMessage(said.report, said.picture);
    case 'report_details':
      return reportDetailsMessage(said.report);
    case 'digest':
      return digestMessage(said.digest, said.picture);
    case 'digest_details':
      return digestDetailsMessage(said.digest);
    case 'reminder':
      return reminderMessage(said.reminder);
    case 'promotion':
      return promotionMessage(said.promotion);
  }
};

import type { Said } from '../../content/said.ts';
import { cardMessage } from './card-message.ts';
import { digestDetailsMessage, digestMessage } from './digest-message.ts';
import { headerMessage, reminderMessage } from './header-message.ts';
import { type DiscordMessage, keyed } from './message.ts';
import { promotionMessage, reportDetailsMessage, reportMessage } from './report-message.ts';

const drawn = (said: Said, key: string): DiscordMessage => {
  switch (said.kind) {
    case 'header':
      return headerMessage(said.header, key);
    case 'card':
      return cardMessage(said.card, said.picture, key);
    case 'report':
      return reportMessage(said.report, said.picture, key);
    case 'report_details':
      return reportDetailsMessage(said.report);
    case 'digest':
      return digestMessage(said.digest, said.picture, key);
    case 'digest_details':
      return digestDetailsMessage(said.digest);
    case 'reminder':
      return reminderMessage(said.reminder, key);
    case 'promotion':
      return promotionMessage(said.promotion, key);
  }
};

/** A channel message for an edit. */
export const changedMessage = drawn;

/** A channel message for its first post: it contains its key, to find it again. */
export const saidMessage = (said: Said, key: string): DiscordMessage => keyed(drawn(said, key), key);

import type { ReminderContent } from '../../content/reminder.ts';
import { section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

/** One line in the channel; nobody is called by name. */
export const reminderMessage = ({ text }: ReminderContent): SlackMessage => ({
  text,
  blocks: [section(`:hourglass_flowing_sand: ${escapeMrkdwn(text)}`)],
});

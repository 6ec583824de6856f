import type { KnownBlock } from '@slack/types';
import type { StatusContent } from '../../content/status.ts';
import { context, section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

/** The answer to `/finkvra status`. */
export const statusMessage = (status: StatusContent): SlackMessage => {
  const blocks: KnownBlock[] = [section(`*${escapeMrkdwn(status.round)}*\n${escapeMrkdwn(status.labels)}`)];
  if (status.table !== null) blocks.push(section(`\`\`\`${escapeMrkdwn(status.table)}\`\`\``));
  if (status.tableNote !== null) blocks.push(context(escapeMrkdwn(status.tableNote)));
  if (status.numbering !== null) blocks.push(context(escapeMrkdwn(status.numbering)));
  blocks.push(section([status.alerts, status.lastPull, status.nextPull].map(escapeMrkdwn).join('\n')));
  return { text: `${status.round} ${status.labels}`, blocks };
};

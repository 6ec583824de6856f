import type { KnownBlock } from '@slack/types';
import type { DigestContent } from '../content/digest.ts';
import { context, heading, section } from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

/** The daily digest; short enough for a phone's screen. */
export const digestMessage = (digest: DigestContent): SlackMessage => {
  const blocks: KnownBlock[] = [
    heading(digest.title),
    section(digest.lines.map(({ name, text }) => `*${name}* ${escapeMrkdwn(text)}`).join('\n')),
  ];
  if (digest.objects.length > 0) {
    const objects = digest.objects.map(
      ({ objectId, page, text }) =>
        `• *${page === null ? escapeMrkdwn(objectId) : mrkdwnLink(page, objectId)}*  ${escapeMrkdwn(text)}`,
    );
    blocks.push(section(['Surest not galactic of the day:', ...objects].join('\n')));
  }
  if (digest.simulated) blocks.push(context('*Simulated alerts: nothing here is real sky.*'));
  return {
    text: `${digest.title}: ${digest.lines.map(({ name, text }) => `${name} ${text}`).join('; ')}`,
    blocks,
  };
};

import type { ObjectContent } from '../content/object.ts';
import { context, imageFile, section } from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

/** The answer to `/finkvra show <objectId>`. */
export const objectMessage = (object: ObjectContent, fileId: string | null): SlackMessage => {
  const links = object.links.map(({ name, url }) => mrkdwnLink(url, name)).join(' · ');
  const lines = [
    `*${escapeMrkdwn(object.objectId)}*  ${object.simulated ? '_simulated, so no pages elsewhere_' : links}`,
    `*${escapeMrkdwn(object.probability)}* · ${escapeMrkdwn(object.label)}`,
    ...object.facts.map(({ name, text }) => `*${name}*  ${escapeMrkdwn(text)}`),
  ];
  return {
    text: `${object.objectId}: ${object.probability}, ${object.label}`,
    blocks: [
      section(lines.join('\n')),
      ...(fileId === null ? [] : [imageFile(fileId, `Stamps and light curve of ${object.objectId}`)]),
      context(escapeMrkdwn(`${object.position} · candid ${object.candid}`)),
    ],
  };
};

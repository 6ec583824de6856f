import type { ObjectContent } from '../../content/object.ts';
import { context, imageFile, section } from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';
import { unbrokenNumbers } from './unbroken.ts';

/** The answer to `/finkvra show <objectId>`. */
export const objectMessage = (object: ObjectContent, fileId: string | null): SlackMessage => {
  const links = object.links.map(({ name, url }) => mrkdwnLink(url, name)).join(' · ');
  const lines = [
    `*${escapeMrkdwn(object.objectId)}*  ${object.simulated ? '_simulated: no pages_' : links}`,
    `*${escapeMrkdwn(object.probability)}* · ${escapeMrkdwn(object.label)}`,
    ...object.facts.map(({ name, text }) => `*${name}*  ${escapeMrkdwn(unbrokenNumbers(text))}`),
  ];
  return {
    text: `${object.objectId}: ${object.probability}, ${object.label}`,
    blocks: [
      section(lines.join('\n')),
      ...(fileId === null ? [] : [imageFile(fileId, `Stamps and light curve of ${object.objectId}`)]),
      context(escapeMrkdwn(`${object.position}\ncandid ${object.candid}`)),
    ],
  };
};
